"""Our own policy: dispatch's engine asked through its port, as the service asks it."""

import numpy as np

from beaconfire.city.cover import cover_curves
from beaconfire.city.folder import City
from beaconfire.city.scene import Ambulance, Demand, Doing, Scene
from beaconfire.city.trips import CityRoads
from beaconfire_dispatch.domain.engine.matching import match
from beaconfire_dispatch.domain.engine.standby import best_post
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

CAPABILITY = "ambulance"
POSTS: np.ndarray = np.zeros((0, 0))


class Ours:
    """All open calls and units that may be sent, jointly; standby places by the cover's value."""

    def __init__(
        self,
        city: City,
        roads: CityRoads,
        *,
        diversions_max: int = 1,
        losses_max: int | None = None,
        relocates: bool = True,
    ) -> None:
        """For a call so many units are turned round at most, and so many taken from it."""
        self.name = "ours"
        self._city = city
        self._diversions_max = diversions_max
        self._losses_max = losses_max
        self._relocates = relocates
        self._curves = cover_curves(city, roads)

    def decide(self, scene: Scene) -> list[tuple[Ambulance, Demand]]:
        """The joint optimum, as far as it differs from what is under way."""
        demands = [one for one in scene.demands if self._diversions_max or one.unit is None]
        units = [one for one in scene.units if self._may_be_sent(one)]
        if not demands or not units:
            return []
        situation = self._situation(scene, units, demands)
        return [
            (units[column], demands[row])
            for row, column in sorted(self.matched(situation).items())
            if demands[row].unit is not units[column]
        ]

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """Where it is worth most, or home."""
        if not self._relocates:
            return self._city.homes[unit.number]
        standing = [one.station for one in scene.free if one is not unit]
        return best_post(self._curves, standing, range(len(self._city.stations)))

    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        """Nobody who stands by is moved."""
        del scene
        return []

    def matched(self, situation: Situation) -> dict[int, int]:
        """The joint optimum: slot place → unit place."""
        return match(situation)

    def seconds(self, scene: Scene, units: list[Ambulance], demands: list[Demand]) -> np.ndarray:
        """What is believed of travel times, units by demands."""
        return scene.seconds(units, demands)

    def _may_be_sent(self, unit: Ambulance) -> bool:
        return unit.doing in (Doing.STANDING_BY, Doing.RETURNING) or (
            unit.doing is Doing.RESPONDING and self._diversions_max > 0
        )

    def _is_bound(self, unit: Ambulance) -> bool:
        """Whether its call has lost as many units as it may."""
        most = self._losses_max
        return most is not None and unit.demand is not None and unit.demand.losses >= most

    def _situation(self, scene: Scene, units: list[Ambulance], demands: list[Demand]) -> Situation:
        target_s = self._city.parameters.target_s
        slots = tuple(
            Slot(
                str(one.call.number), CAPABILITY, one.call.priority,
                scene.now_s - one.call.at_s, target_s[one.call.priority],
                None if one.unit is None else _name(one.unit),
                one.diversions < self._diversions_max,
            )
            for one in demands
        )  # fmt: skip
        free = tuple(
            Free(
                _name(one), _name(one), frozenset((CAPABILITY,)), scene.now_s - one.since_s, 0.0,
                None if one.demand is None else one.demand.call.priority,
                self._is_bound(one),
            )
            for one in units
        )  # fmt: skip
        return Situation(slots, free, self.seconds(scene, units, demands), "table", POSTS)


def _name(unit: Ambulance) -> str:
    return f"{unit.number:04d}"
