"""Which engine is in force: the live one where it can be imported, scipy where it cannot."""

import subprocess
import sys

import pytest

from beaconfire_spatial.road_engine import ROAD_ENGINE, road_times
from beaconfire_spatial.routing_cch import CchTravelTimes
from beaconfire_testkit.roads import grid_of_roads

WITHOUT_WHEEL = """
import sys

class NoWheel:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyroutingkit":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoWheel())
"""
ASKED = """
from beaconfire_spatial.road_engine import ROAD_ENGINE, road_times
from beaconfire_testkit.roads import grid_of_roads

network = grid_of_roads(5)
corner, opposite = network.point(0), network.point(24)
[[seconds]] = road_times(network).matrix([corner], [opposite], mode="lights")
print(ROAD_ENGINE, type(road_times(network)).__name__, round(seconds, 1))
"""


def test_the_live_engine_serves_where_it_has_a_wheel() -> None:
    network = grid_of_roads(3)

    times = road_times(network)

    assert ROAD_ENGINE == "pyroutingkit"
    assert isinstance(times, CchTravelTimes)


@pytest.mark.parametrize(
    ("before", "told"),
    [("", "pyroutingkit CchTravelTimes 160.0"), (WITHOUT_WHEEL, "scipy ScipyTravelTimes 160.0")],
    ids=["with the wheel", "without it"],
)
def test_both_engines_say_the_same_and_name_themselves(before: str, told: str) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", before + ASKED], capture_output=True, text=True, check=True
    )

    assert asked.stdout.strip() == told
