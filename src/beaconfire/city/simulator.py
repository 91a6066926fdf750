"""The days of a city by the event clock, as JEMSS plays them (JEMSS.jl, `src/simulation.jl`).

A call is known after the dispatch delay; who is sent drives by the call's mode, stays on scene,
brings the patient to the nearest hospital without lights, and is free when handed over.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from beaconfire.city.folder import City, CityCall
from beaconfire.city.scene import Ambulance, Conditions, Demand, Doing, Policy, Scene
from beaconfire.city.trips import CityRoads, Spot

IDEAL = Conditions()
Happen = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Response:
    """How a call was answered (响应)."""

    call: CityCall
    response_s: float
    """From the call to the first arrival, dispatch delay included."""
    diversions: int
    losses: int
    stand_downs: int
    unit: int


@dataclass(slots=True)
class Books:
    """What the fleet drove and worked from a moment on (台账)."""

    from_s: float
    worked_s: list[float]
    """Of each unit, from being sent to being free again."""
    empty_km: float = 0.0
    """To calls, to stations and between them: with nobody on board."""
    moves: int = 0
    """Units sent from standing by to another station."""


class NotAllowed(ValueError):  # noqa: N818  (a policy's fault, told as it is)
    """A policy sent a unit that may not be sent, or to where nobody is waited for."""


class Simulator:
    """One repetition under one policy."""

    def __init__(
        self,
        city: City,
        roads: CityRoads,
        policy: Policy,
        conditions: Conditions = IDEAL,
        *,
        count_from_s: float = 0.0,
    ) -> None:
        """All units stand at home; the books are kept from a moment on."""
        self._retask_s = conditions.retask_s
        self._city, self._roads, self._policy = city, roads, policy
        self._events: list[tuple[float, int, Happen]] = []
        self._order = count()
        self._responses: list[Response] = []
        units = [
            Ambulance(number, home, Doing.STANDING_BY, city.stations[home])
            for number, home in enumerate(city.homes)
        ]
        beliefs = conditions.beliefs(len(units)) if conditions.eta_sigma else None
        self._scene = Scene(city, roads, 0.0, units, [], beliefs)
        self.books = Books(count_from_s, [0.0] * len(units))

    def run(self, calls: Sequence[CityCall]) -> list[Response]:
        """Answer all calls; in the order of their arrivals on scene."""
        delay_s = self._city.parameters.dispatch_delay_s
        for call in calls:
            self._at(call.at_s + delay_s, lambda now_s, call=call: self._hear(call, now_s))
        while self._events or self._look_again():
            now_s, _, happen = heapq.heappop(self._events)
            self._scene.now_s = now_s
            happen(now_s)
        return self._responses

    def _look_again(self) -> bool:
        """Nothing more happens by itself: whoever still waits may be in reach by now."""
        if self._scene.waiting:
            self._decide()
        return bool(self._events)

    def _at(self, moment_s: float, happen: Happen) -> None:
        heapq.heappush(self._events, (moment_s, next(self._order), happen))

    def _then(self, unit: Ambulance, moment_s: float, happen: Callable[[Ambulance], None]) -> None:
        """Unless the unit was given another errand meanwhile."""
        unit.version += 1
        version = unit.version

        def if_still(_now_s: float) -> None:
            if unit.version == version:
                happen(unit)

        self._at(moment_s, if_still)

    def _hear(self, call: CityCall, _now_s: float) -> None:
        self._scene.demands.append(Demand(call))
        self._decide()
        self._move_up()

    def _decide(self) -> None:
        """Send whom the policy sends; who is left without an errand goes to stand by."""
        sent = self._policy.decide(self._scene)
        taken = [one for one, _ in sent if one.demand is not None]
        replaced = [one.unit for _, one in sent if one.unit is not None]
        for unit in {id(one): one for one in (*taken, *replaced)}.values():
            self._take_off(unit, is_diverted=unit in taken)
        for unit, demand in sent:
            demand.diversions += unit in taken
            self._send(unit, demand, self._retask_s if unit in taken else 0.0)
        for unit in replaced:
            if unit.demand is None:
                start = self._scene.spot(unit, "regular")
                self._book_km(unit)
                self._stand_by(unit, start)

    def _take_off(self, unit: Ambulance, *, is_diverted: bool) -> None:
        demand = unit.demand
        if demand is None or unit.doing is not Doing.RESPONDING:
            raise NotAllowed(f"unit {unit.number} is not under way")
        demand.losses += is_diverted
        demand.stand_downs += not is_diverted
        demand.unit = unit.demand = None
        unit.doing = Doing.RETURNING

    def _send(self, unit: Ambulance, demand: Demand, delay_s: float) -> None:
        if unit.doing is Doing.BUSY or unit.demand is not None or demand.unit is not None:
            raise NotAllowed(f"unit {unit.number} to call {demand.call.number}")
        mode = self._city.parameters.mode[demand.call.priority]
        spot = self._scene.spot(unit, mode)
        start = Spot(spot.node, spot.seconds + delay_s)
        self._book_km(unit)
        unit.trip = self._roads.trip(mode, self._scene.now_s, start, demand.call.site)
        unit.doing, unit.demand, demand.unit = Doing.RESPONDING, demand, unit
        unit.sent_s = self._scene.now_s
        self._then(unit, unit.trip.ends_s, self._arrive)

    def _arrive(self, unit: Ambulance) -> None:
        demand = unit.demand
        assert demand is not None  # noqa: S101  (who responds responds to something)
        call, now_s = demand.call, self._scene.now_s
        self._responses.append(Response(call, now_s - call.at_s, *_turned(demand), unit.number))
        self._scene.demands.remove(demand)
        self._book_km(unit)
        unit.doing, unit.trip, unit.at = Doing.BUSY, None, call.site
        after = self._transport if call.is_transported else self._free
        self._then(unit, now_s + call.on_scene_s, after)

    def _transport(self, unit: Ambulance) -> None:
        assert unit.demand is not None  # noqa: S101  (it was on scene)
        call = unit.demand.call
        hospital = self._city.hospitals[self._roads.nearest_hospital(call.site)]
        trip = self._roads.trip(
            "regular", self._scene.now_s, self._roads.leaving(call.site, "regular"), hospital
        )
        unit.at = hospital
        self._then(unit, trip.ends_s + call.handover_s, self._free)

    def _free(self, unit: Ambulance) -> None:
        if self._scene.now_s >= self.books.from_s:
            self.books.worked_s[unit.number] += self._scene.now_s - unit.sent_s
        unit.demand, unit.doing, unit.since_s = None, Doing.RETURNING, self._scene.now_s
        self._decide()
        if unit.demand is None:
            self._stand_by(unit, self._roads.leaving(unit.at, "regular"))
        self._move_up()

    def _move_up(self) -> None:
        """Who is free goes where the policy wants it to stand."""
        for unit, station in self._policy.moves(self._scene):
            if unit.doing not in (Doing.STANDING_BY, Doing.RETURNING):
                raise NotAllowed(f"unit {unit.number} is not free to move")
            self.books.moves += self._scene.now_s >= self.books.from_s
            start = self._scene.spot(unit, "regular")
            self._book_km(unit)
            self._go_to(unit, station, start)

    def _book_km(self, unit: Ambulance) -> None:
        """What a unit drove on the errand that ends now."""
        if unit.trip is not None and self._scene.now_s >= self.books.from_s:
            self.books.empty_km += self._roads.km_driven(unit.trip, self._scene.now_s)

    def _stand_by(self, unit: Ambulance, start: Spot) -> None:
        self._go_to(unit, self._policy.standby(self._scene, unit), start)

    def _go_to(self, unit: Ambulance, station: int, start: Spot) -> None:
        unit.station, unit.doing = station, Doing.RETURNING
        goal = self._city.stations[unit.station]
        unit.trip = self._roads.trip("regular", self._scene.now_s, start, goal)
        self._then(unit, unit.trip.ends_s, self._at_station)

    def _at_station(self, unit: Ambulance) -> None:
        self._book_km(unit)
        unit.doing, unit.trip, unit.at = (
            Doing.STANDING_BY, None, self._city.stations[unit.station],
        )  # fmt: skip


def _turned(demand: Demand) -> tuple[int, int, int]:
    return demand.diversions, demand.losses, demand.stand_downs
