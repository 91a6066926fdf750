"""From a path of nodes to a route: off-road legs at both ends, seconds at each point."""

import itertools
from collections.abc import Sequence

import numpy as np

from beaconfire_spatial.geometry import LonLat, distance_m
from beaconfire_spatial.road_network import RoadNetwork, Snap
from beaconfire_spatial.travel_times import Route


def route_along(
    network: RoadNetwork,
    nodes: Sequence[int],
    seconds: np.ndarray,
    ends: tuple[LonLat, LonLat],
    snaps: tuple[Snap, Snap],
) -> Route:
    """The route over `nodes`, which are joined at `snaps` from and to `ends`."""
    points = [ends[0], *(network.point(node) for node in nodes), ends[1]]
    times = [0.0, snaps[0].off_road_s]
    for seconds_more in seconds:
        times.append(times[-1] + float(seconds_more))
    times.append(times[-1] + snaps[1].off_road_s)
    metres = sum(distance_m(one, other) for one, other in itertools.pairwise(points))
    return Route(tuple(points), tuple(times), times[-1], metres)
