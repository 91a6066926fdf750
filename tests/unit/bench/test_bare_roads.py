"""The bare library weighs a graph as often as it is asked, with whatever weights."""

import numpy as np

from beaconfire.bench.bare_roads import bare_customisation
from beaconfire_testkit.roads import grid_of_roads


def test_it_takes_weights_of_each_mode_anew() -> None:
    network = grid_of_roads(5)
    weigh = bare_customisation(network)

    for factor in (1, 3):
        weights = np.full(network.arc_count, 1_000 * factor, dtype=np.uint32)
        weigh({"lights": weights, "regular": weights})
