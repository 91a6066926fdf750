"""Who may see a thing of the picture: what all of its records say together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from beaconfire_contracts.places import UNPLACED

Data = dict[str, Any]
EVERYBODY_KINDS: Final = frozenset({"body", "hospital", "layer", "roads", "zone"})
"""Things that whoever sees any picture sees whole: who is who, and the map."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Where a thing lies, whose it is, who takes part: what seeing it is decided on (可见范围)."""

    everybody: bool = False
    path: str | None = None
    owner: str | None = None
    participants: tuple[str, ...] = ()
    filed: bool = False
    """It is over and has left the live picture, whoever looks."""


def sight_of(kind: str, records: Mapping[str, Data]) -> Sight:
    """The sight of a thing from its records by source."""
    if kind in EVERYBODY_KINDS:
        return Sight(everybody=True)
    if kind == "incident":
        return _of_incident(records)
    [data] = records.values()
    return Sight(path=data.get("division"), owner=data.get("body"))


def _of_incident(records: Mapping[str, Data]) -> Sight:
    """By its own place, before that by its receiver's; nobody's while its own facts are missing."""
    told, placed = records.get("incident", {}), records.get("geo", {})
    path = placed.get("path", UNPLACED)
    return Sight(
        path=told.get("division") if path == UNPLACED else path,
        owner=told.get("owner", {}).get("body"),
        participants=tuple(sorted(one["body"] for one in told.get("participations", []))),
    )
