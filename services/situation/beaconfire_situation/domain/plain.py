"""Values of facts as plain data, the way JSON tells them: text, numbers, lists and objects."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final

_PLAIN: Final = frozenset((type(None), str, bool, int, float))
"""Most values are of these: what an abstract class says of one takes longer than all the rest."""


def plain(value: Any) -> Any:
    """A value of a fact as plain data.

    Times are RFC 3339 in UTC with `Z`, enumerations their value, sequences lists, records objects;
    TypeError for what no fact may hold.
    """
    match value:
        case _ if type(value) in _PLAIN:
            return value
        case Enum():
            return value.value
        case datetime():
            return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"
        case tuple() | list():
            return [plain(one) for one in value]
        case _ if is_dataclass(value):
            return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
        case Mapping():
            return {str(plain(name)): plain(one) for name, one in value.items()}
        case _:
            raise TypeError(f"no fact holds a {type(value).__name__}")
