"""The worked examples in the docstrings of `beaconfire_spatial` say what really comes out."""

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

import beaconfire_spatial

MODULES = [
    importlib.import_module(f"beaconfire_spatial.{one.name}")
    for one in pkgutil.iter_modules(beaconfire_spatial.__path__)
    if one.name != "routing_cch"  # has no wheel everywhere, and no example
]
WITH_EXAMPLES = {
    "coverage",
    "density",
    "forecast",
    "frames",
    "hotspots",
    "isochrones",
    "plane",
}


@pytest.mark.parametrize("module", MODULES, ids=lambda one: one.__name__)
def test_each_example_gives_what_it_shows(module: ModuleType) -> None:
    found = doctest.testmod(module)

    assert found.failed == 0
    assert found.attempted > 0 or module.__name__.rpartition(".")[2] not in WITH_EXAMPLES
