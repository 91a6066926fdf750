"""One simulated crew: acknowledges, drives its real road, works, transports, hands over, clears.

It knows only what its own token may read, and acts by business time: each step is told with the
moment at which it happened, however late the wall is.
"""

from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import httpx
import structlog

from beaconfire.simulation.api import Refused
from beaconfire.simulation.chance import draw, exponential_s
from beaconfire.simulation.itinerary import Leg, leg_of

ON_SCENE_MEAN_S: Final = 720.0
HANDOVER_MEAN_S: Final = 720.0
TRANSPORT_PROBABILITY: Final = 0.8
"""The three are JEMSS's own parameters for Auckland."""
MOBILISE_S: Final = (35.0, 70.0)
ACKNOWLEDGE_S: Final = (5.0, 20.0)
AT_HOME_DEGREES: Final = 0.00001
"""Positions are told to a tenth of a metre."""
_log: Final = structlog.get_logger(__name__)


class Speaks(Protocol):
    """Whoever can put questions and commands to the API."""

    async def get(self, path: str, **params: Any) -> Any:
        """The answer to a question."""
        ...

    async def post(self, path: str, body: object) -> Any:
        """The answer to a command."""
        ...


@dataclass(frozen=True, slots=True)
class Home:
    """Where a crew belongs: its unit, its station's place, whether it carries patients."""

    unit_id: str
    call_sign: str
    lon: float
    lat: float
    carries_patients: bool


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the crew reads it; the same order whatever its status says meanwhile."""

    assignment_id: str
    incident_id: str
    fence: int
    status: str = field(default="dispatched", compare=False)
    address_changed: bool = field(default=False, compare=False)


Act = Callable[[datetime], Awaitable[None]]


@dataclass(slots=True)
class Crew:
    """A crew and what it is about to do: steps due at business times, and the road it is on."""

    home: Home
    api: Speaks
    hospitals: list[tuple[str, float, float]]
    order: Order | None = None
    leg: Leg | None = None
    place: tuple[float, float] = field(default=(0.0, 0.0))
    base: tuple[float, float] | None = None
    """Where it was sent to stand by; at home where nobody said anything."""
    _due: deque[tuple[datetime, Act]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """It begins at its station."""
        self.place = (self.home.lon, self.home.lat)

    def where(self, now: datetime) -> tuple[float, float, float]:
        """Longitude, latitude and heading at a business time."""
        if self.leg is None:
            return (*self.place, 0.0)
        return self.leg.at(now)

    @property
    def is_moving(self) -> bool:
        """Whether it is on a road."""
        return self.leg is not None

    @property
    def is_home(self) -> bool:
        """Whether it has no order, no road and nothing planned."""
        return self.order is None and self.leg is None and not self._due

    def take(self, order: Order, now: datetime) -> None:
        """A new order: whatever was planned before is dropped; one under way is gone on with.

        Who is on the road already turns round there, and has nothing to put on.
        """
        is_on_the_road = self.leg is not None
        self._halt(now)
        self.order, self.base = order, None
        if order.status != "dispatched":
            self._due.append((now, self._resume))
            return
        acknowledge_at = now + _between(ACKNOWLEDGE_S, order.assignment_id, "ack")
        leave_at = acknowledge_at
        if not is_on_the_road:
            leave_at += _between(MOBILISE_S, order.assignment_id, "leave")
        self._due.append((acknowledge_at, self._step("acknowledge")))
        self._due.append((leave_at, self._step("en-route")))
        self._due.append((leave_at, self._leave))

    def redirect(self, order: Order, now: datetime) -> None:
        """The place moved: say so that it is known; who is on the way drives there from here."""
        if order.status == "en_route":
            self._halt(now)
            self._due.append((now, self._leave))
        self._due.appendleft((now, self._step("acknowledge")))

    async def _resume(self, at: datetime) -> None:
        """Go on where the order is: it was begun before we were."""
        status = "" if self.order is None else self.order.status
        if status == "on_scene":
            self._work(at, medical=await self._is_medical())
        elif status == "transporting":
            _, lon, lat = self._nearest_hospital()
            self._due.append((at, self._drive_to(lon, lat)))
        elif status == "at_hospital":
            self._recover(at)
        else:
            self._due.append((at, self._step("en-route")))
            self._due.append((at, self._leave))

    async def _is_medical(self) -> bool:
        """Whether there may be somebody to carry."""
        if self.order is None:
            return False
        return _medical(await self.api.get(f"/v1/incidents/{self.order.incident_id}"))

    def wake(self, lon: float, lat: float, now: datetime) -> None:
        """Begin where it was seen last, and drive home unless an order comes."""
        away = max(abs(lon - self.place[0]), abs(lat - self.place[1]))
        if away > AT_HOME_DEGREES:
            self.place = (lon, lat)
            self._due.append((now, self._drive_home))

    def stand_by(self, base: tuple[float, float], now: datetime) -> None:
        """Go and stand by there; who is at work, or told so already, changes nothing."""
        if self.order is not None or base == self.base:
            return
        self.base = base
        self._halt(now)
        self._due.append((now, self._drive_home))

    def lose_order(self, now: datetime) -> None:
        """The order was taken back: turn round and drive home."""
        self._halt(now)
        self.order = None
        self._due.append((now, self._drive_home))

    def _halt(self, now: datetime) -> None:
        lon, lat, _ = self.where(now)
        self.place, self.leg = (lon, lat), None
        self._due.clear()

    async def advance(self, now: datetime) -> None:
        """Do everything that is due by now, in order, each at its own moment.

        What an absent node did not hear is told again at the next turn, with the same moment.
        """
        while self._due and self._due[0][0] <= now:
            at, act = self._due.popleft()
            try:
                await act(at)
            except httpx.TransportError:
                self._due.appendleft((at, act))
                return
            except Refused as refused:
                _log.info("crew_refused", unit=self.home.call_sign, problem=str(refused)[:120])
                if _may_pass(refused):
                    self._due.appendleft((at, act))
                    return
                self._give_up(at)

    def _give_up(self, at: datetime) -> None:
        """Drive home; a crew refused on its way home stands where it is until its next order."""
        if self.order is not None:
            self.lose_order(at)
        else:
            self._halt(at)

    def _step(self, verb: str, **more: object) -> Act:
        async def act(at: datetime) -> None:
            if self.order is None:
                return
            body = {
                "occurred_at": at.isoformat(),
                "source": "terminal",
                "fence": self.order.fence,
                **more,
            }
            await self.api.post(f"/v1/assignments/{self.order.assignment_id}/{verb}", body)

        return act

    async def _leave(self, at: datetime) -> None:
        order = self.order
        if order is None:
            return
        incident = await self.api.get(f"/v1/incidents/{order.incident_id}")
        point = incident["place"].get("point")
        if point is None:  # sent ahead of a place: wait at the kerb until there is one
            self._due.append((at + timedelta(seconds=30), self._leave))
            return
        self.leg = await self._route((point["lon"], point["lat"]), at, "lights")
        self._due.append((self.leg.ends_at, self._arrive(medical=_medical(incident))))

    def _arrive(self, *, medical: bool) -> Act:
        async def act(at: datetime) -> None:
            await self._step("on-scene")(at)
            self._stand(at)
            self._work(at, medical=medical)

        return act

    def _work(self, at: datetime, *, medical: bool) -> None:
        """On scene from now on; afterwards to a hospital or free."""
        name = self.order.assignment_id if self.order else self.home.unit_id
        work_s = exponential_s(ON_SCENE_MEAN_S, name, "scene", least_s=180, most_s=2_700)
        carries = (
            medical
            and self.home.carries_patients
            and bool(self.hospitals)
            and draw(name, "transport") < TRANSPORT_PROBABILITY
        )
        done_at = at + timedelta(seconds=work_s)
        self._due.append((done_at, self._transport if carries else self._clear))

    async def _transport(self, at: datetime) -> None:
        hospital_id, lon, lat = self._nearest_hospital()
        await self._step("transport", hospital_id=hospital_id)(at)
        self._due.append((at, self._drive_to(lon, lat)))

    def _drive_to(self, lon: float, lat: float) -> Act:
        async def act(at: datetime) -> None:
            self.leg = await self._route((lon, lat), at, "regular")
            self._due.append((self.leg.ends_at, self._hand_over))

        return act

    async def _hand_over(self, at: datetime) -> None:
        await self._step("at-hospital")(at)
        self._stand(at)
        self._recover(at)

    def _recover(self, at: datetime) -> None:
        """Hand the patient over, make the car ready."""
        name = self.order.assignment_id if self.order else self.home.unit_id
        wait_s = exponential_s(HANDOVER_MEAN_S, name, "handover", least_s=120, most_s=2_700)
        self._due.append((at + timedelta(seconds=wait_s), self._clear))

    async def _clear(self, at: datetime) -> None:
        await self._step("clear")(at)
        self.order = None
        self._due.append((at, self._drive_home))

    async def _drive_home(self, at: datetime) -> None:
        goal = self.base or (self.home.lon, self.home.lat)
        self.leg = await self._route(goal, at, "regular")
        self._due.append((self.leg.ends_at, self._rest))

    async def _rest(self, at: datetime) -> None:
        self._stand(at)
        body = {"status": "in_service", "occurred_at": at.isoformat(), "source": "terminal"}
        await self.api.post(f"/v1/units/{self.home.unit_id}/status", body)

    def _stand(self, at: datetime) -> None:
        lon, lat, _ = self.where(at)
        self.place, self.leg = (lon, lat), None

    async def _route(self, target: tuple[float, float], at: datetime, mode: str) -> Leg:
        lon, lat, _ = self.where(at)
        self.place = (lon, lat)
        body = {
            "source": {"lon": lon, "lat": lat},
            "target": {"lon": target[0], "lat": target[1]},
            "mode": mode,
        }
        return leg_of(await self.api.post("/v1/routes", body), at)

    def _nearest_hospital(self) -> tuple[str, float, float]:
        lon, lat = self.place
        return min(self.hospitals, key=lambda one: (one[1] - lon) ** 2 + (one[2] - lat) ** 2)


def _between(limits: tuple[float, float], *names: str) -> timedelta:
    least, most = limits
    return timedelta(seconds=least + (most - least) * draw(*names))


def _medical(incident: dict[str, Any]) -> bool:
    """Whether somebody may be hurt or ill there."""
    return (incident["type"] or "").split(".")[0] in ("medical", "traffic")


def _may_pass(refused: Refused) -> bool:
    """Whether the same step may be heard later: a full node, a clock that was just slowed down."""
    return refused.status >= 500 or refused.status == 429 or refused.code == "ahead_of_clock"
