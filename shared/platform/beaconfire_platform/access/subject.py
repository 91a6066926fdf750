"""Who asks: the person or machine behind a request, as its signed token says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Subject:
    """One authenticated caller: its grants, the seat it works at, and what its token is limited to.

    `scopes` empty means everything that the grants allow; otherwise only the named actions.
    `epoch` counts how often all that the person held was revoked: the order of a revocation and a
    token that was being made at the same moment is told by it, not by clocks. `ends_at` is when the
    session or API token behind it ends by itself: whatever stays open longer than a request asks.
    """

    id: str
    grants: tuple[Grant, ...]
    session_id: str | None = None
    token_id: str | None = None
    seat: str | None = None
    scopes: frozenset[str] = frozenset()
    issued_at: datetime | None = None
    epoch: int = 0
    ends_at: datetime | None = None

    def has_ended(self, now: datetime) -> bool:
        """Whether what the caller holds has ended by itself, in wall time."""
        return self.ends_at is not None and self.ends_at <= now

    @property
    def bodies(self) -> tuple[str, ...]:
        """The bodies for which the caller holds any role, in a stable order."""
        return tuple(sorted({str(grant.body) for grant in self.grants}))

    def roles(self) -> frozenset[Role]:
        """The roles that the caller holds anywhere."""
        return frozenset(grant.role for grant in self.grants)


@dataclass(frozen=True, slots=True)
class Resource:
    """What a decision looks at: where the thing lies, who owns it, who takes part, whose it is.

    `path` is a division path (codes joined by `.`) or None where a thing has no place.
    """

    path: str | None = None
    owner: str | None = None
    participants: frozenset[str] = frozenset()
    unit_ids: frozenset[str] = frozenset()
    person_ids: frozenset[str] = frozenset()


_LITERALLY: Final = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})
NOWHERE = Resource()
"""A resource without any attribute: only actions that need none are allowed on it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What `allow()` says: yes or no, whether the thing may be seen at all, and why."""

    allowed: bool
    visible: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Reach:
    """The same rule for lists: everything, or what lies under these paths or belongs to these.

    Its SQL is `predicate.predicate()`, which is proved equal to `allow()`.
    """

    everything: bool = False
    paths: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    unit_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()

    @property
    def under(self) -> tuple[str, ...]:
        """The LIKE patterns of all places below the paths, their own % and _ taken literally."""
        return tuple(f"{path.translate(_LITERALLY)}.%" for path in self.paths)
