"""The limit of `geo`'s closures: the library's own customisation of weights that are at hand."""

from collections.abc import Callable, Mapping

import numpy as np
from pyroutingkit import CCHMetric, CCHTopology

from beaconfire_spatial.road_network import RoadNetwork


def bare_customisation(network: RoadNetwork) -> Callable[[Mapping[str, np.ndarray]], None]:
    """Weighs the roads anew, once for each mode."""
    topology = CCHTopology()
    topology.build(
        network.tail.astype(np.uint32), network.head.astype(np.uint32),
        network.lat.astype(np.float32), network.lon.astype(np.float32), network.node_count,
    )  # fmt: skip

    def weigh(weights: Mapping[str, np.ndarray]) -> None:
        for one in weights.values():
            CCHMetric(topology).customize(one)

    return weigh
