"""A day of a real city in each shape of a deployment."""

import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from beaconfire_testkit.day import Day, apart, on_a_node
from beaconfire_testkit.laid_out import LaidOutCity


@pytest.fixture(scope="module", params=["node", pytest.param("apart", marks=pytest.mark.apart)])
def day(request: pytest.FixtureRequest, laid_out: LaidOutCity) -> Generator[Day]:
    """Lay the city out, play its hours, wait until nothing is left to do."""
    parent = Path(tempfile.mkdtemp(prefix="beaconfire-day-"))
    parent.chmod(0o755)
    try:
        if request.param == "node":
            yield from on_a_node(parent, laid_out)
        else:
            yield from apart(parent)
    finally:
        shutil.rmtree(parent, ignore_errors=True)
