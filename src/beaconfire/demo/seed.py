"""Lays a demo city out through the public API: bodies, maps, stations, units, people, tokens.

Every step may be repeated: what is there already is answered instead, so that a seeding which was
broken off goes on. All of it is the administrator's work, and stands in the audit as such.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from typing import Any, Final

import httpx

from beaconfire.demo import grid
from beaconfire.demo.cast import BODIES, CALLERS, CENTRE, DESK, DESKS, SEATS, DemoPerson
from beaconfire.demo.city import City, CityHospital, CityUnit
from beaconfire.simulation.api import Api, Refused, all_items
from beaconfire.simulation.credentials import Credentials, CrewToken
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import wall_now
from beaconfire_platform.process.trust import trust_for

SEEDING_S_MAX: Final = 60.0
AT_ONCE: Final = 4
HEARD_TRIES_MAX: Final = 60
HEARD_PAUSE_S: Final = 0.5
"""Facts are heard within moments; on services apart, through a broker, within seconds."""
TOKEN_LIFE: Final = timedelta(days=300)
Say = Callable[[str], None]
Row = dict[str, Any]


class Seeder:
    """One seeding of one city at one node."""

    def __init__(self, origin: str, token: str, city: City, say: Say) -> None:
        """`token` is an administrator's."""
        self._http = _client(origin)
        self._api = Api(self._http, token)
        self._origin = origin
        self._city = city
        self._say = say
        self._gate = asyncio.Semaphore(AT_ONCE)

    async def run(self) -> Credentials:
        """Everything in its order; returns what the simulation may use."""
        try:
            return await self._run()
        finally:
            await self._http.aclose()

    async def _run(self) -> Credentials:
        city = self._city
        self._say(f"laying out {city.name_en}: {len(city.areas)} areas, the roads")
        await self._api.put("/v1/layers/grid", city.layer())
        await self._api.put_bytes("/v1/roads/main", city.roads)
        bodies = await self._bodies()
        for code, kind in SEATS:
            await self._api.post(
                "/v1/seats", {"code": code, "kind": kind, "body": bodies[CENTRE.code]["id"]}
            )
        self._say(f"{len(city.stations)} stations, {len(city.units)} units, their crews")
        stations = await self._stations(bodies)
        for one in city.hospitals:
            await self._api.post("/v1/hospitals", _hospital(one))
        units = await self._units(stations)
        for person in DESKS:
            await self._person(person, bodies[CENTRE.code]["id"], city.code)
        return await self._credentials(bodies, stations, units)

    async def _bodies(self) -> dict[str, Row]:
        root = (await self._api.get("/v1/bodies"))["items"][0]
        found: dict[str, Row] = {}
        for one in BODIES:
            parent = root["id"] if one is CENTRE else found[CENTRE.code]["id"]
            found[one.code] = await self._api.post(
                "/v1/bodies",
                {
                    "code": f"{self._city.code}-{one.code}",
                    "kind": one.kind,
                    "level": "city",
                    "name_zh": one.name_zh,
                    "name_en": one.name_en,
                    "territorial_parent": parent,
                    "professional_parent": None,
                    "division": self._city.code,
                    "zone": self._city.zone,
                },
            )
        return found

    async def _stations(self, bodies: dict[str, Row]) -> dict[str, Row]:
        rows = await self._all(
            self._api.post(
                "/v1/stations",
                {
                    "code": one.code,
                    "name_zh": one.shown_zh,
                    "name_en": one.shown_en,
                    "body": bodies[one.kind]["id"],
                    "point": {"lon": one.lon, "lat": one.lat},
                    "division": self._city.code,
                },
            )
            for one in self._city.stations
        )
        return {one["code"]: one for one in rows}

    async def _units(self, stations: dict[str, Row]) -> dict[str, Row]:
        rows = await self._all(
            self._api.post(
                "/v1/units",
                {
                    "call_sign": one.call_sign,
                    "kind": one.kind,
                    "station_id": stations[one.station]["id"],
                    "capabilities": list(one.capabilities),
                },
            )
            for one in self._city.units
        )
        return {one["call_sign"]: one for one in rows}

    async def _credentials(
        self, bodies: dict[str, Row], stations: dict[str, Row], units: dict[str, Row]
    ) -> Credentials:
        centre, community = bodies[CENTRE.code]["id"], bodies["community"]["id"]
        people = grid.workers(self._city) | grid.leaders(self._city)
        self._say(f"{len(people)} grid workers and leaders (invented), their rosters")
        crews = await self._all(
            self._crew(one, units[one.call_sign], stations[one.station]) for one in self._city.units
        )
        workers = await self._all(self._worker(*one, community) for one in people.items())
        ids = {path: who for path, (who, _) in zip(people, workers, strict=True)}
        await self._rosters(ids, community)
        return Credentials(
            origin=self._origin,
            city=self._city.name,
            callers=await self._machine(CALLERS, centre),
            desk=await self._machine(DESK, centre),
            crews=tuple(crews),
            workers=dict(workers),
        )

    async def _crew(self, unit: CityUnit, row: Row, station: Row) -> CrewToken:
        name = f"crew.{unit.call_sign.lower()}"
        person = DemoPerson(name, Role.FIELD, f"{unit.call_sign} 车组", f"Crew of {unit.call_sign}")
        told = await self._person(person, row["body"], self._city.code, unit_id=row["id"])
        return CrewToken(
            unit_id=row["id"],
            call_sign=unit.call_sign,
            lon=station["point"]["lon"],
            lat=station["point"]["lat"],
            carries_patients=unit.kind == "ambulance",
            token=await self._token(told["id"], name, unit_id=row["id"]),
        )

    async def _worker(self, path: str, person: DemoPerson, body: str) -> tuple[str, str]:
        told = await self._person(person, body, path)
        return told["id"], await self._token(told["id"], person.sign_in)

    async def _rosters(self, ids: dict[str, str], community: str) -> None:
        """Set once dispatch has heard of all of them: a roster of strangers is refused."""
        asked = {"rosters": grid.rosters(self._city, ids, community)}
        for nth in range(HEARD_TRIES_MAX):
            try:
                await self._api.put("/v1/rosters", asked)
            except Refused as refused:
                if refused.code != "unknown_worker" or nth == HEARD_TRIES_MAX - 1:
                    raise
                await asyncio.sleep(HEARD_PAUSE_S)
            else:
                return

    async def _machine(self, person: DemoPerson, body: str) -> str:
        told = await self._person(person, body, self._city.code)
        return await self._token(told["id"], person.sign_in)

    async def _person(
        self, person: DemoPerson, body: str, reach: str, *, unit_id: str | None = None
    ) -> Row:
        grant = {"role": person.role, "body": body, "reach": reach, "unit_id": unit_id}
        return await self._api.post(
            "/v1/people",
            {
                "sign_in": person.sign_in,
                "name_zh": person.name_zh,
                "name_en": person.name_en,
                "body": body,
                "grants": [grant],
            },
        )

    async def _token(self, person_id: str, name: str, *, unit_id: str | None = None) -> str:
        told = await self._api.post(
            "/v1/tokens",
            {
                "person_id": person_id,
                "name": name,
                "unit_id": unit_id,
                "expires_at": (wall_now() + TOKEN_LIFE).isoformat(),
            },
        )
        return told["token"]

    async def _all(self, errands: Iterable[Awaitable[Any]]) -> list[Any]:
        async def one(errand: Awaitable[Any]) -> Any:
            async with self._gate:
                return await errand

        return await asyncio.gather(*(one(errand) for errand in errands))


async def new_passwords(origin: str, token: str, make: Callable[[], str]) -> dict[str, str]:
    """A fresh password for each desk of the demo, by sign-in name; told once by whoever asks."""
    async with _client(origin) as http:
        api = Api(http, token)
        people = {one["sign_in"]: one["id"] for one in await all_items(api, "/v1/people")}
        found: dict[str, str] = {}
        for desk in DESKS:
            password = make()
            await api.post(f"/v1/people/{people[desk.sign_in]}/password", {"password": password})
            found[desk.sign_in] = password
        return found


def _hospital(one: CityHospital) -> Row:
    return {
        "code": one.code,
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "point": {"lon": one.lon, "lat": one.lat},
    }


def _client(origin: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=origin, timeout=SEEDING_S_MAX, trust_env=False, verify=trust_for(origin)
    )
