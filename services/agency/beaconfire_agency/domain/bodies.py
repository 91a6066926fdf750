"""Bodies: organisations at a level, with a territorial and a professional parent."""

from dataclasses import dataclass, replace

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_contracts.vocabulary import BodyKind

POOL_CODE = "POOL"
"""The code of the seat that every body is born with: whatever nobody took yet lies there."""


class CodeTaken(Conflict):
    """Another record of this kind has the code already."""


class UnknownBody(Invalid):
    """There is no such body."""


class OwnParent(Invalid):
    """A body is not its own parent."""


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation at a level: its two parents, division, matters and pool seat (机构)."""

    id: BodyId
    code: str
    kind: BodyKind
    level: str
    name_zh: str
    name_en: str
    territorial_parent: BodyId | None
    professional_parent: BodyId | None
    division: str
    matters: tuple[str, ...]
    zone: str
    pool_seat: SeatId

    def registered(self) -> BodyRegistered:
        """The fact that tells of it."""
        if self.id in (self.territorial_parent, self.professional_parent):
            raise OwnParent
        return BodyRegistered(
            body_id=self.id,
            code=self.code,
            kind=self.kind,
            level=self.level,
            name_zh=self.name_zh,
            name_en=self.name_en,
            territorial_parent=self.territorial_parent,
            professional_parent=self.professional_parent,
            division=self.division,
            matters=self.matters,
            zone=self.zone,
            pool_seat=self.pool_seat,
        )

    def says_the_same_as(self, other: "Body") -> bool:
        """Whether two tellings of one code agree in everything but the ids given to them."""
        return replace(self, id=other.id, pool_seat=other.pool_seat) == other
