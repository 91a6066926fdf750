"""A machine for which pyroutingkit has no wheel: geo and dispatch find their ways by scipy.

Their own tests run again, in a process that cannot import it.
"""

import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parent.parent
WITHOUT_WHEEL = """
import sys

class NoWheel:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "pyroutingkit":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoWheel())

import pytest
from beaconfire_spatial.road_engine import ROAD_ENGINE

assert ROAD_ENGINE == "scipy"
sys.exit(pytest.main(["-q", *sys.argv[1:]]))
"""


def test_geo_and_dispatch_find_their_ways_without_the_live_engine() -> None:
    theirs = ("dispatch/test_roads.py", "dispatch/test_ways.py", "geo/test_road_api.py")

    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_WHEEL, *(str(TESTS / one) for one in theirs)],
        cwd=TESTS.parent.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout[-4_000:] + done.stderr[-2_000:]
    assert "skipped" not in done.stdout
