"""Our policy with move-ups: who stands where little is gained goes where more is."""

from typing import Final

from beaconfire.city.cover import cover_curves
from beaconfire.city.folder import City
from beaconfire.city.ours import Ours
from beaconfire.city.scene import Ambulance, Scene
from beaconfire.city.trips import CityRoads
from beaconfire_dispatch.domain.engine.standby import best_move

GAIN_MIN: Final = 0.07
"""A move has to make the next call's expected price less by this part: a crew loses its rest.
Chosen among four on repetitions 1-3 of two cities at once."""
CELLS_MAX: Final = 500
"""Every unit's best other place is looked for at every turn."""


class MovingUp(Ours):
    """One unit moves at a time, the one whose move gains most, if nobody waits."""

    def __init__(self, city: City, roads: CityRoads, *, diversions_max: int = 1_000) -> None:
        """Places by the value of the whole cover."""
        super().__init__(city, roads, diversions_max=diversions_max)
        self._coarse = cover_curves(city, roads, CELLS_MAX)
        self._known: dict[tuple[int, ...], tuple[int, int] | None] = {}

    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        """From which station to which, as a unit that is free."""
        free = scene.free
        standing = tuple(sorted(one.station for one in free))
        if scene.waiting or len(standing) < 2:
            return []
        if standing not in self._known:
            self._known[standing] = self._best(standing)
        found = self._known[standing]
        if found is None:
            return []
        leaving, goal = found
        unit = min((one for one in free if one.station == leaving), key=lambda one: one.number)
        return [(unit, goal)]

    def _best(self, standing: tuple[int, ...]) -> tuple[int, int] | None:
        """The move that gains most, if it gains enough."""
        posts = range(len(self._city.stations))
        move = best_move(self._coarse, standing, posts, GAIN_MIN)
        return None if move is None else (move.leaving, move.goal)
