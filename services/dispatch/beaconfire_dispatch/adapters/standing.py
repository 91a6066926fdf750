"""Where one can stand outside a stand-off: at the nearest junction that is far enough away."""

from collections.abc import Callable
from typing import Final

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_dispatch.domain.stand_off import point_away
from beaconfire_spatial.geometry import EARTH_RADIUS_M
from beaconfire_spatial.road_network import RoadNetwork

DETOUR_MAX: Final = 3.0
"""A junction further away than three times the distance is no place to look from."""


class RoadStanding:
    """Places on the roads in force; south of it where no road is known."""

    def __init__(self, network: Callable[[], RoadNetwork | None]) -> None:
        """`network` is the graph in force at the moment, if one is."""
        self._network = network

    def outside(self, point: Point, metres: float) -> Point:
        """A place that is no nearer to a point than this: on a road where one is known."""
        network = self._network()
        return (network and _junction(network, point, metres)) or point_away(point, metres)


def _junction(network: RoadNetwork, point: Point, metres: float) -> Point | None:
    away = _distances(network, point)
    fit = np.flatnonzero((away >= metres) & (away <= metres * DETOUR_MAX))
    if not len(fit):
        return None
    nearest = network.point(int(fit[np.argmin(away[fit])]))
    return Point(nearest.lon, nearest.lat)


def _distances(network: RoadNetwork, point: Point) -> np.ndarray:
    """Great-circle metres to every node (haversine)."""
    lat, lat0 = np.radians(network.lat), np.radians(point.lat)
    half_lat = np.sin((lat - lat0) / 2)
    half_lon = np.sin(np.radians(network.lon - point.lon) / 2)
    chord = half_lat**2 + np.cos(lat0) * np.cos(lat) * half_lon**2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
