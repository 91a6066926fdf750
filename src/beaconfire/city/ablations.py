"""Our policy with one part of it taken away or put in its place: what each part is worth."""

from typing import Final

import numpy as np

from beaconfire.city.closest import JemssDefault
from beaconfire.city.cover import cover_curves
from beaconfire.city.folder import City
from beaconfire.city.ours import Ours
from beaconfire.city.scene import Ambulance, Demand, Scene
from beaconfire.city.trips import HOUR_S, CityRoads
from beaconfire_dispatch.domain.engine.pricing import IMPOSSIBLE, costs
from beaconfire_dispatch.domain.engine.standby import best_post
from beaconfire_dispatch.domain.engine.state import Situation

DETOUR: Final = 1.35
"""A way is so much longer than the straight line: the step of the engine's ladder without roads."""


class StandbyOnly(JemssDefault):
    """Dispatch as JEMSS's default, standby places as ours: what the places alone are worth."""

    name = "B-standby"

    def __init__(self, city: City, roads: CityRoads) -> None:
        """Places by the value of the whole cover."""
        super().__init__(city)
        self._posts = range(len(city.stations))
        self._curves = cover_curves(city, roads)

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """Where it is worth most."""
        standing = [one.station for one in scene.free if one is not unit]
        return best_post(self._curves, standing, self._posts)


class Greedy(Ours):
    """The same prices and the same rights, call by call: the most urgent and oldest first."""

    def matched(self, situation: Situation) -> dict[int, int]:
        """Each slot in turn takes what is cheapest of what is left."""
        prices = costs(situation)
        order = sorted(
            range(len(situation.slots)),
            key=lambda row: (situation.slots[row].priority, -situation.slots[row].elapsed_s, row),
        )
        found: dict[int, int] = {}
        for row in order:
            column = int(np.argmin(prices[row]))
            if prices[row, column] < IMPOSSIBLE:
                found[row] = column
                prices[:, column] = IMPOSSIBLE
        return found


class StraightLines(Ours):
    """Without roads: believed times are the straight line's, longer by DETOUR, at a mean speed."""

    def __init__(self, city: City, roads: CityRoads) -> None:
        """The mean speed of each mode is that of all arcs together."""
        super().__init__(city, roads)
        self._roads = roads
        km = float(roads.km_between(city.tail, city.head).sum())
        self.kmh = {
            mode: km / max(float(seconds.sum()) / HOUR_S, 1e-9)
            for mode, seconds in city.seconds.items()
        }

    def seconds(self, scene: Scene, units: list[Ambulance], demands: list[Demand]) -> np.ndarray:
        """By the straight line from where each unit may turn off."""
        mode_of = self._city.parameters.mode
        nodes = np.array([scene.spot(one, "regular").node for one in units])
        found = np.zeros((len(units), len(demands)))
        for column, demand in enumerate(demands):
            goal = np.array([demand.call.site.node])
            km = DETOUR * self._roads.km_between(nodes, goal)
            found[:, column] = km / self.kmh[mode_of[demand.call.priority]] * HOUR_S
        return found
