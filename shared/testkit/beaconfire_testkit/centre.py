"""A centre under test: a body with a pool and two seats, and the people who work there."""

from dataclasses import dataclass, field, replace
from typing import Any, Final

import httpx

from beaconfire_contracts.facts.agency import BodyRegistered, SeatRegistered
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_contracts.vocabulary import BodyKind, Role, SeatKind
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject

AKL: Final = (174.7633, -36.8485)
"""Longitude, latitude: the middle of the city."""


@dataclass
class Centre:
    """A centre: its pool, two seats, and clients of the people who work there."""

    running: ServiceUnderTest
    body: str = field(default_factory=new_id)
    pool: str = field(default_factory=new_id)
    seats: tuple[str, str] = field(default_factory=lambda: (new_id(), new_id()))

    def client(self, role: Role = Role.DISPATCHER, *, seat: int | None = 0) -> httpx.AsyncClient:
        """Somebody of the centre, at a seat or at none."""
        subject = a_subject(
            role, reach="akl", body=self.body, seat=None if seat is None else self.seats[seat]
        )
        return self.running.client(subject)

    async def report(self, client: httpx.AsyncClient | None = None, **told: Any) -> dict[str, Any]:
        """A report taken in; a phone call from the middle of the city unless said otherwise."""
        answer = await (client or self.client()).post("/v1/reports", json=a_report(**told))
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def incident(self, incident_id: str) -> dict[str, Any]:
        """The incident as a dispatcher reads it."""
        answer = await self.client().get(f"/v1/incidents/{incident_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()


def a_report(**told: Any) -> dict[str, Any]:
    """The body of a report."""
    lon, lat = told.pop("at", AKL)
    plain = {
        "channel": "phone",
        "type": "fire.structure",
        "text": "smoke from the roof",
        "position": {"lon": lon, "lat": lat, "accuracy_m": 20.0},
    }
    return plain | told


async def a_centre(running: ServiceUnderTest) -> Centre:
    """A centre that the service under test was told of."""
    made = Centre(running)
    await running.tell(
        replace(
            an_example_of(BodyRegistered),
            body_id=BodyId(made.body),
            kind=BodyKind.CENTRE,
            division="akl",
            pool_seat=SeatId(made.pool),
        ),
        *(
            SeatRegistered(SeatId(seat), f"D{n}", SeatKind.DISPATCHING, BodyId(made.body))
            for n, seat in enumerate(made.seats)
        ),
    )
    await running.catch_up()
    return made
