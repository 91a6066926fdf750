"""The policies of the field: the closest unit, JEMSS's default, and DMEXCLP; none knows our engine.

A and B as in JEMSS.jl `src/decision/`; C is B with the relocation of Jagtenberg, Bhulai and van der
Mei, Operations Research for Health Care 4 (2015).
"""

from typing import Final

import numpy as np
from scipy.spatial import KDTree

from beaconfire.city.folder import City
from beaconfire.city.scene import Ambulance, Demand, Doing, Scene
from beaconfire.city.trips import CityRoads

HIGH: Final = 1
BUSY_FRACTION: Final = 0.3
"""DMEXCLP's only parameter: the share of its time that a unit is busy."""


class Closest:
    """A: the closest unit that is free; nobody is diverted; back to the home station."""

    name = "A"

    def __init__(self, city: City) -> None:
        """Homes are those of the fleet's table."""
        self._homes = city.homes

    def decide(self, scene: Scene) -> list[tuple[Ambulance, Demand]]:
        """The most urgent and oldest first, each the closest."""
        sent: list[tuple[Ambulance, Demand]] = []
        waiting = scene.waiting
        gone: set[int] = set()
        while waiting:
            demand = waiting.pop(0)
            able = [one for one in self._able(scene, demand) if one.number not in gone]
            if not able:
                continue
            nearest = able[int(np.argmin(scene.seconds(able, [demand])[:, 0]))]
            gone.add(nearest.number)
            sent.append((nearest, demand))
            if nearest.demand is not None:
                waiting = self._queued([*waiting, nearest.demand])
        return sent

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """Home, whatever the rest does."""
        del scene
        return self._homes[unit.number]

    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        """Nobody moves up."""
        del scene
        return []

    def _able(self, scene: Scene, _demand: Demand) -> list[Ambulance]:
        return scene.free

    def _queued(self, demands: list[Demand]) -> list[Demand]:
        return sorted(demands, key=lambda one: (one.call.priority, one.call.at_s))


class JemssDefault(Closest):
    """B: as A, and a unit under way to a less urgent call may be sent to a high one."""

    name = "B"

    def _able(self, scene: Scene, demand: Demand) -> list[Ambulance]:
        if demand.call.priority != HIGH:
            return scene.free
        return [
            *scene.free,
            *(
                one
                for one in scene.units
                if one.doing is Doing.RESPONDING
                and one.demand is not None
                and one.demand.call.priority > HIGH
            ),
        ]


class Dmexclp(JemssDefault):
    """C: as B, and who becomes free goes where it adds most expected cover."""

    name = "C"

    def __init__(self, city: City, roads: CityRoads) -> None:
        """Which station covers which cell within the cover time of high calls."""
        super().__init__(city)
        most_urgent = min(city.parameters.target_s)
        mode = city.parameters.mode[most_urgent]
        nodes = nearest_entries(city, city.cells[:, :2])
        spots = [roads.leaving(one, mode) for one in city.stations]
        starts = np.array([one.node for one in spots])
        off_road_s = np.array([one.seconds for one in spots])[:, None]
        seconds = off_road_s + roads.tables[mode].seconds(starts, nodes)
        self._covers = seconds <= city.parameters.cover_s[most_urgent]
        self._weight = city.cells[:, 2]

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """The station whose cover gains most by one more unit."""
        standing = [one.station for one in scene.free if one is not unit]
        covered = self._covers[standing].sum(axis=0) if standing else np.zeros(len(self._weight))
        gain = self._weight * (1 - BUSY_FRACTION) * BUSY_FRACTION**covered
        return int(np.argmax(self._covers @ gain))


def nearest_entries(city: City, points: np.ndarray) -> np.ndarray:
    """The node at which each point (longitude, latitude) joins the road."""
    entries = np.flatnonzero(city.may_enter)
    scale = float(np.cos(np.radians(city.lat.mean())))
    tree = KDTree(np.column_stack((city.lon[entries] * scale, city.lat[entries])))
    _, places = tree.query(np.column_stack((points[:, 0] * scale, points[:, 1])))
    return entries[places]
