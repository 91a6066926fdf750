"""Incidents of the bench's own, for a section that asks a service's real route."""

from datetime import UTC, datetime
from typing import Final

from beaconfire.bench.our_http import connected
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import BodyId, IncidentId, SeatId
from beaconfire_contracts.places import Owner, Place
from beaconfire_contracts.vocabulary import IncidentStatus, OwnerBasis, PlaceState, Priority
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.main import desk_over
from beaconfire_platform.ids import new_id

WHEN: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
DIVISION: Final = "akl"


async def open_incidents(dsn: str, count: int) -> list[str]:
    """So many open incidents without a place; their ids."""
    async with (
        connected(dsn) as database,
        database.transaction(cause=Cause("bench", "bench")) as tx,
    ):
        desk = desk_over(database)
        made = [_incident(number) for number in range(1, count + 1)]
        for one in made:
            await desk.incidents(tx).add(one)
        return [str(one.id) for one in made]


def _incident(number: int) -> Incident:
    return Incident(
        id=IncidentId(new_id()), number=number, type="fire.structure", incident_class=None,
        priority=Priority.P1, priority_reason="type", grade=None, status=IncidentStatus.OPEN,
        place=Place(PlaceState.UNLOCATED),
        owner=Owner(BodyId("bench"), OwnerBasis.RECEIVED, WHEN, WHEN),
        seat=SeatId("bench"), division=DIVISION, opened_at=WHEN, heard_at=WHEN, version=1,
    )  # fmt: skip
