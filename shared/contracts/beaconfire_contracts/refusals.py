"""Refusals: the expected ways in which the domain says no, named by meaning and never by HTTP.

    Refusal
    ├── Invalid       the request is understood and cannot be right
    ├── NotFound      it is not there, or it is not yours to know
    ├── Conflict      it was right for another state of things
    ├── Forbidden     you may see it and may not do this
    ├── Unauthenticated  nobody knows who you are
    ├── TooMany       a named limit is reached
    └── Unavailable   a part that is needed is away; try again

The docstring of a class is its message; `code` is stable and public; fields become members of the
problem document (RFC 9457).
"""

import re
from typing import ClassVar


class Refusal(Exception):  # noqa: N818  (a refusal is an answer, not an error)
    """The request was refused."""

    kind: ClassVar[str] = "refused"
    code: ClassVar[str] = "refused"
    retriable: ClassVar[bool] = False

    def __init__(self, detail: str = "", *, pointer: str | None = None, **fields: object) -> None:
        """Say no: `detail` for developers, `pointer` a JSON pointer to the field, facts by name."""
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.pointer = pointer
        self.fields = fields
        super().__init__(self.detail)

    def __init_subclass__(cls) -> None:
        """A refusal's code is its class name in snake case unless it names its own."""
        super().__init_subclass__()
        if "code" not in cls.__dict__:
            cls.code = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class Invalid(Refusal):
    """The request is understood and cannot be right."""

    kind: ClassVar[str] = "invalid"


class NotFound(Refusal):
    """There is no such thing, or it is not yours to know."""

    kind: ClassVar[str] = "not_found"


class Conflict(Refusal):
    """The request was right for another state of things."""

    kind: ClassVar[str] = "conflict"


class Forbidden(Refusal):
    """You may see this and may not do that to it."""

    kind: ClassVar[str] = "forbidden"


class Unauthenticated(Refusal):
    """Sign in, or send a valid bearer token."""

    kind: ClassVar[str] = "unauthenticated"


class TooMany(Refusal):
    """A named limit is reached."""

    kind: ClassVar[str] = "too_many"
    retriable: ClassVar[bool] = True


class Unavailable(Refusal):
    """A part that is needed is away; try again."""

    kind: ClassVar[str] = "unavailable"
    retriable: ClassVar[bool] = True


class StaleVersion(Conflict):
    """The record has moved on since you read it."""


class StaleFence(Conflict):
    """A newer order for this unit exists; this one no longer counts."""


class UnitTaken(Conflict):
    """The unit is already on an incident."""
