"""Which engine finds travel times on this machine: the live one where it has a wheel, else scipy.

This is the only place that asks; both answer the same behind the port of `travel_times.py`.
"""

from collections.abc import Callable
from typing import Final

from beaconfire_spatial.road_network import RoadNetwork
from beaconfire_spatial.routing_scipy import ScipyTravelTimes
from beaconfire_spatial.travel_times import RoadTimes

try:
    from beaconfire_spatial.routing_cch import CchTravelTimes
except ImportError:  # no wheel of pyroutingkit for this machine
    _engine: tuple[str, Callable[[RoadNetwork], RoadTimes]] = ("scipy", ScipyTravelTimes)
else:
    _engine = ("pyroutingkit", CchTravelTimes)

ROAD_ENGINE: Final = _engine[0]
"""The engine in force, by the name of its package."""


def road_times(network: RoadNetwork) -> RoadTimes:
    """Travel times over a network; preparing takes a moment, so run it off the event loop."""
    return _engine[1](network)
