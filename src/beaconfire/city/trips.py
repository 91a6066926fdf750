"""A unit on the road: where it is at a moment, and when it will be there."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from beaconfire.city.folder import City, Site
from beaconfire.city.road_table import RoadTable, Way

HOUR_S = 3600.0
KM_PER_DEGREE: Final = 111.195
"""Of a great circle of the earth's mean radius."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and the seconds until it is reached: from where a unit can be sent (所在)."""

    node: int
    seconds: float


@dataclass(slots=True)
class Trip:
    """From a spot to a site in one mode; its way is looked up when somebody asks (行程)."""

    mode: str
    started_s: float
    start: Spot
    goal: Site
    ends_s: float
    find: Callable[[int, int], Way] = field(repr=False)
    _way: Way | None = None

    def way(self) -> Way:
        """Its way along the road."""
        if self._way is None:
            self._way = self.find(self.start.node, self.goal.node)
        return self._way

    def spot(self, now_s: float, off_road_s: float) -> Spot:
        """Where the unit may turn off: the next node on its way, and how soon it is there.

        `off_road_s` is what the goal's way off the road takes; on it a unit has to come back.
        """
        on_road_s = now_s - self.started_s - self.start.seconds
        if on_road_s <= 0:
            return Spot(self.start.node, -on_road_s)
        way = self.way()
        after_s = way.after_s
        place = bisect_right(after_s, on_road_s)
        if place < len(after_s):
            return Spot(int(way.nodes[place]), float(after_s[place]) - on_road_s)
        return Spot(self.goal.node, min(off_road_s, on_road_s - float(after_s[-1])))


class CityRoads:
    """The city's travel times by mode, off-road legs included."""

    def __init__(self, city: City) -> None:
        """Builds both tables."""
        self.off_road_kmh = city.parameters.off_road_kmh
        self.tables: dict[str, RoadTable] = {}
        for mode, seconds in city.seconds.items():
            alike = [one for one in self.tables if np.array_equal(city.seconds[one], seconds)]
            self.tables[mode] = (
                self.tables[alike[0]] if alike
                else RoadTable(len(city.lon), city.tail, city.head, seconds)
            )  # fmt: skip
        self._road_s = {mode: float(seconds.sum()) for mode, seconds in city.seconds.items()}
        self._lon, self._lat = city.lon, city.lat
        self._hospitals = city.hospitals
        self._hospital_nodes = np.array([one.node for one in city.hospitals], dtype=np.int64)
        self._hospital_off_s = np.array([self.off_road_s(one, "regular") for one in city.hospitals])

    def off_road_s(self, site: Site, mode: str) -> float:
        """Seconds between a site and the road."""
        return site.off_road_km / self.off_road_kmh[mode] * HOUR_S

    def as_in(self, mode: str, trip: Trip, now_s: float) -> Spot:
        """The spot of a trip for who goes on in another mode: the piece to the next node as well.

        By how the modes differ on all roads together, and off them.
        """
        spot = trip.spot(now_s, self.off_road_s(trip.goal, trip.mode))
        if mode == trip.mode:
            return spot
        if now_s - trip.started_s < trip.start.seconds:
            factor = self.off_road_kmh[trip.mode] / self.off_road_kmh[mode]
        else:
            factor = self._road_s[mode] / self._road_s[trip.mode]
        return Spot(spot.node, spot.seconds * factor)

    def leaving(self, site: Site, mode: str) -> Spot:
        """From where a unit that stands at a site sets out."""
        return Spot(site.node, self.off_road_s(site, mode))

    def seconds(self, spots: list[Spot], goals: list[Site], mode: str) -> np.ndarray:
        """From each spot (row) to each site (column)."""
        starts = np.array([one.node for one in spots], dtype=np.int64)
        ends = np.array([one.node for one in goals], dtype=np.int64)
        first = np.array([one.seconds for one in spots])[:, None]
        last = np.array([self.off_road_s(one, mode) for one in goals])[None, :]
        return first + self.tables[mode].seconds(starts, ends) + last

    def trip(self, mode: str, now_s: float, start: Spot, goal: Site) -> Trip:
        """A unit sets out."""
        takes_s = float(self.seconds([start], [goal], mode)[0, 0])
        return Trip(mode, now_s, start, goal, now_s + takes_s, self.tables[mode].way)

    def km_driven(self, trip: Trip, now_s: float) -> float:
        """Kilometres on the road until now, counted to the node where the unit may turn off."""
        on_road_s = now_s - trip.started_s - trip.start.seconds
        if on_road_s <= 0:
            return 0.0
        way = trip.way()
        place = bisect_right(way.after_s, on_road_s)
        nodes = way.nodes[: place + 1]
        return float(self.km_between(nodes[:-1], nodes[1:]).sum())

    def km_between(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """From node to node as the crow flies."""
        lon, lat = self._lon, self._lat
        east = (lon[ends] - lon[starts]) * np.cos(np.radians((lat[ends] + lat[starts]) / 2))
        return KM_PER_DEGREE * np.hypot(east, lat[ends] - lat[starts])

    def nearest_hospital(self, site: Site) -> int:
        """The hospital that is soonest reached without lights."""
        seconds = self.tables["regular"].seconds(np.array([site.node]), self._hospital_nodes)[0]
        return int(np.argmin(seconds + self._hospital_off_s))
