"""The simulation's run: callers, crews, workers and a desk side by side until stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Any, Final

import httpx
import structlog

from beaconfire.simulation.api import Api, Refused, all_items
from beaconfire.simulation.business import BusinessClock
from beaconfire.simulation.callers import Call, Callers
from beaconfire.simulation.credentials import Credentials
from beaconfire.simulation.crew import Crew, Home, Order
from beaconfire.simulation.desk import ENDED, Desk
from beaconfire.simulation.standing_by import StandingBy
from beaconfire.simulation.workers import Worker
from beaconfire_platform.process.trust import trust_for

TICK_S: Final = 0.25
"""Wall seconds between looks of the crews at their orders: a radio call is heard at once."""
POSITION_EVERY_S: Final = 1.0
DESK_EVERY_S: Final = 0.5
STANDBY_EVERY_S: Final = 2.0
WORKERS_EVERY_S: Final = 2.0
QUIET_EVERY_S: Final = 1.0
UNDER_WAY: Final = ("open", "handled", "verifying", "held")
CONNECTIONS_MAX: Final = 24
TIMEOUT_S: Final = 8.0
_log: Final = structlog.get_logger(__name__)


class Simulation:
    """A whole city's people, each with its own token, over one pool of connections."""

    def __init__(self, credentials: Credentials) -> None:
        """Nothing runs yet."""
        limits = httpx.Limits(max_connections=CONNECTIONS_MAX)
        self._http = httpx.AsyncClient(
            base_url=credentials.origin,
            limits=limits,
            timeout=TIMEOUT_S,
            trust_env=False,
            verify=trust_for(credentials.origin),
        )
        self._crew_tokens = credentials.crews
        desk_api = Api(self._http, credentials.desk)
        self._desk_api = desk_api
        self.clock = BusinessClock(desk_api)
        self.callers = Callers(Api(self._http, credentials.callers), self.clock)
        self.desk = Desk(desk_api)
        self._standing_by = StandingBy(desk_api)
        self.workers = {
            person_id: Worker(Api(self._http, token))
            for person_id, token in credentials.workers.items()
        }
        self.crews: dict[str, Crew] = {}

    async def close(self) -> None:
        """Give the connections back."""
        await self._http.aclose()

    async def run(
        self,
        calls: Iterable[Call],
        started_at: datetime | None = None,
        *,
        until_quiet: bool = False,
        speed: float | None = None,
    ) -> None:
        """Live until cancelled; the calls are told in their order, then the city goes on.

        With `until_quiet` it ends when every call was told and nothing is left to do. With `speed`
        the clock is set to it once everybody is there.
        """
        await self.clock.ask()
        await self._muster()
        if speed is not None:
            await self._desk_api.put("/v1/clock", {"speed": speed})
            await self.clock.ask()
        begun_at = started_at or self.clock.now()
        async with asyncio.TaskGroup() as group:
            living = [
                group.create_task(self.clock.follow_forever()),
                group.create_task(_every(TICK_S, self._crews_act)),
                group.create_task(_every(POSITION_EVERY_S, self._crews_report)),
                group.create_task(_every(DESK_EVERY_S, self._desk_looks)),
                group.create_task(_every(WORKERS_EVERY_S, self._workers_look)),
                group.create_task(_every(STANDBY_EVERY_S, self._stand_by)),
            ]
            await self.callers.replay(calls, begun_at)
            if not until_quiet:
                return
            while not await self._is_quiet():  # noqa: ASYNC110  (another process: asked)
                await asyncio.sleep(QUIET_EVERY_S)
            for one in living:
                one.cancel()

    async def _is_quiet(self) -> bool:
        """Whether no incident, no order and no task is open, and every crew is at home."""
        if any(not crew.is_home for crew in self.crews.values()):
            return False
        open_now = [("/v1/incidents", {"status": status}) for status in UNDER_WAY]
        open_now += [("/v1/assignments", {"state": "open"}), ("/v1/tasks", {"state": "active"})]
        for path, asked in open_now:
            if (await self._desk_api.get(path, limit=1, **asked))["items"]:
                return False
        return True

    async def _muster(self) -> None:
        page = await self._desk_api.get("/v1/hospitals")
        hospitals = [(one["id"], one["point"]["lon"], one["point"]["lat"]) for one in page["items"]]
        for one in self._crew_tokens:
            home = Home(one.unit_id, one.call_sign, one.lon, one.lat, one.carries_patients)
            self.crews[one.unit_id] = Crew(home, Api(self._http, one.token), hospitals)
        for seen in (await self._desk_api.get("/v1/positions", limit=200))["items"]:
            if seen["unit_id"] in self.crews:
                self.crews[seen["unit_id"]].wake(seen["lon"], seen["lat"], self.clock.now())
        await asyncio.gather(*(self._report(crew) for crew in self.crews.values()))

    async def _crews_act(self) -> None:
        orders = await self._orders()
        now = self.clock.now()
        for unit_id, crew in self.crews.items():
            order = orders.get(unit_id)
            if order is not None and order != crew.order:
                crew.take(order, now)
            elif order is not None and order.address_changed and order.status != "dispatched":
                crew.redirect(order, now)
            elif order is None and crew.order is not None:
                crew.lose_order(now)
        await asyncio.gather(*(crew.advance(now) for crew in self.crews.values()))

    async def _orders(self) -> dict[str, Order]:
        return {
            one["unit_id"]: Order(
                one["id"], one["incident_id"], one["fence"], one["status"], one["address_changed"]
            )
            for one in await all_items(self._desk_api, "/v1/assignments", state="open")
            if one["status"] not in ENDED
        }

    async def _crews_report(self) -> None:
        moving = [crew for crew in self.crews.values() if crew.is_moving]
        await asyncio.gather(*(self._report(crew) for crew in moving))

    async def _report(self, crew: Crew) -> None:
        now = self.clock.now()
        lon, lat, heading = crew.where(now)
        fix: dict[str, Any] = {
            "unit_id": crew.home.unit_id,
            "lon": round(lon, 6),
            "lat": round(lat, 6),
            "observed_at": now.isoformat(),
            "accuracy_m": 8.0,
            "heading_deg": heading,
        }
        await crew.api.post("/v1/positions", {"fixes": [fix]})

    async def _desk_looks(self) -> None:
        if await self.desk.look(self.clock.now()):
            await self.clock.ask()

    async def _stand_by(self) -> None:
        """Free crews go where they were sent to stand by."""
        places, now = await self._standing_by.look(), self.clock.now()
        for unit_id in places.keys() & self.crews.keys():
            self.crews[unit_id].stand_by(places[unit_id], now)

    async def _workers_look(self) -> None:
        """A phone rings for whoever has a task; nobody else looks at theirs."""
        now = self.clock.now()
        page = await self._desk_api.get("/v1/tasks", state="active", limit=200)
        called = sorted({one["person_id"] for one in page["items"]} & self.workers.keys())
        await asyncio.gather(*(self.workers[one].look(now) for one in called))


async def _every(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    """Act again and again; a node that is away or says no is met again at the next turn."""
    while True:
        try:
            await act()
        except (httpx.TransportError, Refused) as error:
            _log.warning("simulation_waits", what=act.__name__, error=str(error)[:120])
        await asyncio.sleep(seconds)
