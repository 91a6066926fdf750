"""Seats: desks of a centre, at which one person works at a time."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.agency import (
    SeatHandedOver,
    SeatLeft,
    SeatRegistered,
    SeatTaken,
)
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, SeatId
from beaconfire_contracts.refusals import Conflict, Forbidden
from beaconfire_contracts.vocabulary import SeatKind

OPEN_INCIDENTS_MAX: Final = 500
"""Incidents named in one handing over; nobody hands over more by word of mouth."""


class SeatOccupied(Conflict):
    """Somebody else works at this seat."""


class SeatEmpty(Conflict):
    """Nobody works at this seat."""


class PoolIsNobodys(Conflict):
    """Nobody sits at the pool: it holds what no desk has taken yet."""


class NotYourSeat(Forbidden):
    """Somebody else works at this seat."""


class OwnHandOver(Conflict):
    """Nobody hands over to themselves."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """A seat offered to the next person: their word is still missing (席位移交)."""

    to: PersonId
    note_id: str
    open_incidents: tuple[IncidentId, ...]
    offered_at: datetime


@dataclass(frozen=True, slots=True)
class Desk:
    """A seat and who works at it now (席位)."""

    id: SeatId
    code: str
    kind: SeatKind
    body: BodyId
    person_id: PersonId | None = None
    taken_at: datetime | None = None
    offer: HandOver | None = None

    def registered(self) -> SeatRegistered:
        """The fact that tells of it."""
        return SeatRegistered(self.id, self.code, self.kind, self.body)

    def take(self, person: PersonId, *, at: datetime) -> tuple["Desk", SeatTaken | None]:
        """Sit down; sitting there already changes nothing."""
        if self.kind is SeatKind.POOL:
            raise PoolIsNobodys
        if self.person_id == person:
            return self, None
        if self.person_id is not None:
            raise SeatOccupied
        return self._of(person, at), SeatTaken(self.id, person, at)

    def leave(self, person: PersonId, *, at: datetime) -> tuple["Desk", SeatLeft]:
        """Stand up from one's own seat."""
        if self.person_id is None:
            raise SeatEmpty
        if self.person_id != person:
            raise NotYourSeat
        return self._of(None, None), SeatLeft(self.id, person, at)

    def offer_to(self, offer: HandOver, *, by: PersonId) -> "Desk":
        """Offer one's own seat to the next person, who accepts it with a word of their own."""
        if self.person_id is None:
            raise SeatEmpty
        if self.person_id != by:
            raise NotYourSeat
        if offer.to == by:
            raise OwnHandOver
        return replace(self, offer=offer)

    def accept(self, person: PersonId, *, at: datetime) -> tuple["Desk", SeatHandedOver]:
        """Accept what was offered to oneself."""
        if self.offer is None or self.offer.to != person:
            raise NotYourSeat
        return self.hand_over(person, self.offer.open_incidents, at=at)

    def hand_over(
        self, to: PersonId, open_incidents: tuple[IncidentId, ...], *, at: datetime
    ) -> tuple["Desk", SeatHandedOver]:
        """The next person works here from now on: agreed, or decided by the shift leader."""
        if self.person_id is None:
            raise SeatEmpty
        if self.person_id == to:
            raise OwnHandOver
        fact = SeatHandedOver(self.id, self.person_id, to, open_incidents, at)
        return self._of(to, at), fact

    def _of(self, person: PersonId | None, at: datetime | None) -> "Desk":
        return replace(self, person_id=person, taken_at=at, offer=None)
