"""A city under test: stations with units, a centre, incidents told as incident and geo would."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import httpx

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import (
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentSplit,
)
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.places import Owner, Place, Point
from beaconfire_contracts.vocabulary import (
    Disposition,
    OwnerBasis,
    PlaceMethod,
    PlaceState,
    Priority,
    Role,
)
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL, Centre
from beaconfire_testkit.service import ServiceUnderTest, a_subject

CELL: Final = "akl.d1.c1"
"""Where incidents lie unless said otherwise."""


@dataclass
class City:
    """One station and its units, the people who send them, and the incidents they are sent to."""

    running: ServiceUnderTest
    centre: Centre
    station: dict[str, Any] = field(default_factory=dict)
    units: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By call sign, as they were registered."""

    @property
    def desk(self) -> httpx.AsyncClient:
        """A dispatcher of the centre."""
        return self.centre.client(Role.DISPATCHER)

    @property
    def administrator(self) -> httpx.AsyncClient:
        """Whoever registers what there is."""
        return self.centre.client(Role.ADMINISTRATOR, seat=None)

    def crew(self, call_sign: str) -> httpx.AsyncClient:
        """The crew of a unit, who may act on its own assignments only."""
        unit_id = self.units[call_sign]["id"]
        return self.running.client(a_subject(Role.FIELD, reach="akl", unit_id=unit_id))

    async def add_station(self, code: str = "S1", **more: Any) -> dict[str, Any]:
        """A station in the middle of the city unless said otherwise."""
        asked = {
            "code": code,
            "name_zh": f"{code}站",
            "name_en": f"Station {code}",
            "body": self.centre.body,
            "point": {"lon": AKL[0], "lat": AKL[1]},
            "division": "akl",
        }
        return await post(self.administrator, "/v1/stations", asked | more, status=201)

    async def add_unit(
        self, call_sign: str, kind: str = "engine", *capabilities: str, station: str | None = None
    ) -> dict[str, Any]:
        """A unit of the city's station; what its kind is called is what it can do."""
        asked = {
            "call_sign": call_sign,
            "kind": kind,
            "station_id": station or self.station["id"],
            "capabilities": list(capabilities) or [kind],
        }
        unit = await post(self.administrator, "/v1/units", asked, status=201)
        self.units[call_sign] = unit
        return unit

    async def incident(self, type_code: str | None = "fire.structure", **told: Any) -> str:
        """An incident that dispatch has heard of; `path=None` for one that geo has not placed."""
        opened = self.opened(type_code, **told)
        path = told.get("path", CELL)
        placed = [] if path is None else [a_placing(opened, path)]
        await self.running.tell(opened, *placed)
        await self.running.catch_up()
        return opened.incident_id

    def opened(
        self,
        type_code: str | None = "fire.structure",
        *,
        priority: int = 1,
        at: tuple[float, float] | None = AKL,
        path: str | None = CELL,
        opened_at: datetime | None = None,
    ) -> IncidentOpened:
        """The fact that opens an incident of the centre."""
        now = opened_at or wall_now()
        point = None if at is None else Point(*at)
        state = PlaceState.UNLOCATED if point is None else PlaceState.APPROXIMATE
        return replace(
            an_example_of(IncidentOpened),
            incident_id=IncidentId(new_id()),
            type=type_code,
            priority=Priority(priority),
            place=Place(state, point, 20.0, PlaceMethod.CALLER),
            owner=Owner(BodyId(self.centre.body), OwnerBasis.RECEIVED, now, now),
            division="akl" if path is None else path.partition(".")[0],
            opened_at=now,
        )

    async def close(self, incident_id: str) -> None:
        """Incident tells that the file is closed."""
        closed = IncidentClosed(IncidentId(incident_id), Disposition.RESOLVED, wall_now())
        await self.running.tell(closed)
        await self.running.catch_up()

    async def merge(self, incident_id: str, into_id: str) -> None:
        """Incident tells that one is followed in another."""
        await self.running.tell(IncidentMerged(IncidentId(incident_id), IncidentId(into_id)))
        await self.running.catch_up()

    async def split(self, incident_id: str, from_id: str) -> None:
        """Incident tells that it stands by itself again."""
        now = wall_now()
        owner = Owner(BodyId(self.centre.body), OwnerBasis.RECEIVED, now, now)
        told = replace(
            an_example_of(IncidentSplit),
            incident_id=IncidentId(incident_id),
            from_id=IncidentId(from_id),
            owner=owner,
        )
        await self.running.tell(told)
        await self.running.catch_up()

    async def order(self, incident_id: str, *call_signs: str) -> list[dict[str, Any]]:
        """A dispatcher orders units; the assignments that it made."""
        asked = {"unit_ids": [self.units[one]["id"] for one in call_signs]}
        path = f"/v1/incidents/{incident_id}/dispatch"
        return (await post(self.desk, path, asked, status=201))["assignments"]

    async def step(self, assignment: dict[str, Any], verb: str, **told: Any) -> dict[str, Any]:
        """A desk tells a step of an assignment."""
        return await post(self.desk, f"/v1/assignments/{assignment['id']}/{verb}", told)

    async def unit(self, call_sign: str) -> dict[str, Any]:
        """A unit as a dispatcher reads it."""
        return await get(self.desk, f"/v1/units/{self.units[call_sign]['id']}")


def a_placing(opened: IncidentOpened, path: str = CELL) -> IncidentPlaced:
    """What geo says of an incident's place."""
    return replace(
        an_example_of(IncidentPlaced),
        incident_id=opened.incident_id,
        point=opened.place.point,
        path=path,
        cell=path.rpartition(".")[2],
    )


async def a_city(running: ServiceUnderTest) -> City:
    """A city with one station: two engines, a ladder, an ambulance."""
    city = City(running, Centre(running))
    city.station = await city.add_station()
    for call_sign, kind in (
        ("E1", "engine"), ("E2", "engine"), ("L1", "ladder"), ("A1", "ambulance"),
    ):  # fmt: skip
        await city.add_unit(call_sign, kind)
    return city


async def get(client: httpx.AsyncClient, path: str, **asked: Any) -> Any:
    """The body of an answer that must be 200."""
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def post(client: httpx.AsyncClient, path: str, body: Any, *, status: int = 200) -> Any:
    """The body of an answer that must have this status."""
    answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()
