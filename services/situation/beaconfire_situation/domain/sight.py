"""Who may see a thing of the picture: what all of its records say together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import ParticipationState

Data = dict[str, Any]
EVERYBODY_KINDS: Final = frozenset({"body", "closure", "hospital", "layer", "roads", "zone"})
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
    _hash: int = field(default=0, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Who sees what is asked of thousands of things at each beat, by their sights."""
        told = (self.everybody, self.path, self.owner, self.participants, self.filed)
        object.__setattr__(self, "_hash", hash(told))

    def __hash__(self) -> int:
        return self._hash

    @property
    def data(self) -> Data:
        """As it is kept: not its hash, which is another in each process."""
        return {
            "everybody": self.everybody,
            "path": self.path,
            "owner": self.owner,
            "participants": self.participants,
            "filed": self.filed,
        }


def sight_of(kind: str, records: Mapping[str, Data]) -> Sight:
    """The sight of a thing from its records by source."""
    over = {"closure": "opened_at", "zone": "lifted_at"}.get(kind)
    if over is not None and any(over in one for one in records.values()):
        return Sight(filed=True)
    if kind in EVERYBODY_KINDS:
        return Sight(everybody=True)
    if kind == "incident":
        return _of_incident(records)
    # geo's word of who is in which zone is seen by whoever sees the unit itself
    data = records.get("dispatch", {}) if kind == "unit" else next(iter(records.values()))
    return Sight(path=data.get("division"), owner=data.get("body"))


def _of_incident(records: Mapping[str, Data]) -> Sight:
    """By its own place, before that by its receiver's; nobody's while its own facts are missing."""
    told, placed = records.get("incident", {}), records.get("geo", {})
    path = placed.get("path", UNPLACED)
    return Sight(
        path=told.get("division") if path == UNPLACED else path,
        owner=told.get("owner", {}).get("body"),
        participants=tuple(
            sorted(
                one["body"]
                for one in told.get("participations", [])
                if one.get("state") != ParticipationState.RETURNED
            )
        ),
    )
