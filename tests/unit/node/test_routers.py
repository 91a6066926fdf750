"""The routes of all services apart are those of the node, but for what is the node's alone."""

from beaconfire.node.composition import BUILDERS
from beaconfire.node.routers import routers
from beaconfire_platform.process.app import application


async def test_each_service_is_there_and_nothing_was_asked_of_anything() -> None:
    found = await routers()

    assert list(found) == list(BUILDERS)
    paths = set(application([], list(found.values())).openapi()["paths"])
    assert "/v1/clock" in paths
    assert not [path for path in paths if path.startswith("/v1/demo")]
