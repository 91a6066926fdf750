"""The demo's scenes: short stories that a stranger's client tells step by step.

Each is a function that speaks to the public API with the simulation's own tokens, and says of each
step what came of it. The city lives on beside it; whoever was faster is no obstacle.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from beaconfire.simulation.api import Refused, all_items
from beaconfire.simulation.crew import Speaks
from beaconfire.simulation.desk import order_of
from beaconfire.simulation.places import two_places
from beaconfire_spatial.geometry import LonLat, metres_per_degree

SPEED_MAX: Final = 5.0
"""While a scene plays the clock runs no faster: crews must not arrive before they were told why."""
UNDER_WAY: Final = ("open", "handled", "verifying", "held")
ASK_EVERY_S: Final = 0.5
ADVICE_S_MAX: Final = 15.0
"""The planner looks at every change, and every five seconds at everything."""
ORDERS_MAX: Final = 8
"""So many free units are tried; each refusal means that somebody else was faster."""


class Directs(Speaks, Protocol):
    """Whoever may move the demo's clock, too."""

    async def put(self, path: str, body: object) -> Any:
        """The answer to a replacement."""
        ...


@dataclass(frozen=True, slots=True)
class Told:
    """One step of a scene as it happened: of which incident, which units, how many callers."""

    scene: str
    step: str
    incident_id: str
    number: int
    units: tuple[str, ...] = ()
    count: int = 0


Tell = Callable[[Told], None]


class Stage:
    """What a scene acts with: the callers' and the desk's tokens, the city's places, its pace."""

    def __init__(
        self,
        callers: Speaks,
        desk: Directs,
        known: Sequence[LonLat],
        tell: Tell,
        *,
        pace: float = 1.0,
    ) -> None:
        """`pace` stretches every pause: 1 is for people, less for who has no time."""
        self.callers = callers
        self.desk = desk
        self.tell = tell
        self._known = known
        self._pace = pace

    async def pause(self, seconds: float) -> None:
        """Let people read, and the city act; wall seconds."""
        await asyncio.sleep(seconds * self._pace)

    async def places(self, least_m: float, most_m: float) -> tuple[LonLat, LonLat]:
        """Two places that are clear of all that is under way."""
        busy: list[LonLat] = []
        for status in UNDER_WAY:
            for one in await self.all("/v1/incidents", status=status):
                point = one["place"].get("point")
                if point is not None:
                    busy.append(LonLat(point["lon"], point["lat"]))
        return two_places(self._known, busy, least_m=least_m, most_m=most_m)

    async def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """All items of a list, as the desk sees it."""
        return await all_items(self.desk, path, **params)

    async def now(self) -> str:
        """Business time, as a report says it."""
        return (await self.desk.get("/v1/clock"))["business_time"]

    async def order_first(self, incident_id: str, units: Iterable[dict[str, Any]]) -> str | None:
        """Order the first of some units that can be had; its call sign, or None for nobody."""
        for one in list(units)[:ORDERS_MAX]:
            if await self.order(incident_id, [one["id"]]):
                return one["call_sign"]
        return None

    async def order(self, incident_id: str, unit_ids: list[str]) -> bool:
        """Order units; False when somebody else was faster."""
        return await self._order(incident_id, {"unit_ids": unit_ids})

    async def follow(self, incident_id: str, units: list[dict[str, Any]]) -> bool:
        """Order the units of an advice, with whom it turns round; False when it is out of date."""
        return await self._order(incident_id, order_of({"units": units}))

    async def _order(self, incident_id: str, order: dict[str, Any]) -> bool:
        try:
            await self.desk.post(f"/v1/incidents/{incident_id}/dispatch", order)
        except Refused as refused:
            if refused.status != 409:
                raise
            return False
        return True

    async def advice(self, incident_id: str) -> list[dict[str, Any]]:
        """The units of the best option, as soon as there is one; nobody where none comes."""
        for _ in range(int(ADVICE_S_MAX / ASK_EVERY_S)):
            told = await self.desk.get(f"/v1/incidents/{incident_id}/recommendation")
            if told["options"] and told["options"][0]["units"]:
                return told["options"][0]["units"]
            await asyncio.sleep(ASK_EVERY_S)
        return []


def position(at: LonLat, accuracy_m: float) -> dict[str, float]:
    """A position as the API takes it."""
    return {"lon": round(at.lon, 6), "lat": round(at.lat, 6), "accuracy_m": accuracy_m}


def moved(at: LonLat, east_m: float, north_m: float) -> LonLat:
    """A place some metres away."""
    per_lon, per_lat = metres_per_degree(at.lat)
    return LonLat(at.lon + east_m / per_lon, at.lat + north_m / per_lat)


@asynccontextmanager
async def slowly(desk: Directs) -> AsyncGenerator[None]:
    """Let the demo's clock run, but no faster than a scene can be followed; its speed comes back.

    Whoever set another speed meanwhile wanted it: that one stays.
    """
    before = await _usual_speed(desk)
    speed = min(before, SPEED_MAX)
    await desk.put("/v1/clock", {"speed": speed, "paused": False})
    try:
        yield
    finally:
        if await _usual_speed(desk) == speed:
            await desk.put("/v1/clock", {"speed": before})


async def _usual_speed(desk: Directs) -> float:
    """How fast the clock runs when it waits for nobody."""
    told = await desk.get("/v1/clock")
    return float(told.get("usual_speed", told["speed"]))


Scene = Callable[[Stage], Awaitable[None]]
