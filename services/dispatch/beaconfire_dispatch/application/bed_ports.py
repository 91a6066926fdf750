"""What keeping beds needs: how many there are, and for whom one is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from beaconfire_contracts.ids import AssignmentId, HospitalId


@dataclass(frozen=True, slots=True)
class Kept:
    """A bed that is kept for whoever a unit carries."""

    assignment_id: AssignmentId
    hospital_id: HospitalId


@dataclass(frozen=True, slots=True)
class BedCount:
    """What a hospital said, and how many of these are promised; None where it never said."""

    beds_free: int | None
    beds_kept: int
    told_at: datetime | None


class Beds(Protocol):
    """Beds of hospitals; the store refuses to keep one that is not there."""

    async def report(self, hospital_id: HospitalId, beds_free: int, at: datetime) -> bool:
        """Keep what a hospital says; False where more are kept than it says there are."""
        ...

    async def of(self, assignment_id: AssignmentId) -> Kept | None:
        """The bed that is kept for an assignment."""
        ...

    async def hold(self, hospital_ids: Sequence[HospitalId]) -> None:
        """Let nobody else change these until the end: whoever moves a bed changes two."""
        ...

    async def keep(self, kept: Kept, at: datetime) -> bool:
        """Keep one; False where none is left."""
        ...

    async def release(self, kept: Kept, *, is_handed_over: bool) -> None:
        """Keep it no longer; what was handed over is free no more."""
        ...

    async def over(self, limit: int) -> Sequence[Kept]:
        """Those kept for assignments that have ended."""
        ...
