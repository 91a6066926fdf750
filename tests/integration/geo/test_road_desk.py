"""Roads at work: seconds, routes, and bytes that are no graph."""

import pytest

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.maps import Maps
from beaconfire_geo.adapters.road_desk import BadRoads, PgRoadDesk
from beaconfire_testkit.roads import grid_of_roads
from beaconfire_testkit.service import ServiceUnderTest


@pytest.fixture
def desk(geo: ServiceUnderTest) -> PgRoadDesk:
    maps = Maps(geo.ground.database, layer="grid", cell_level="cell", roads="main")
    return PgRoadDesk(geo.ground.database, maps)


async def test_before_the_first_graph_times_are_straight_lines_and_say_so(
    desk: PgRoadDesk,
) -> None:
    [[near, far]] = desk.matrix(
        [Point(174.7, -36.9)], [Point(174.7, -36.9), Point(174.8, -36.9)], "lights"
    )

    assert desk.method == "straight_line"
    assert near == 0.0
    assert far is not None
    assert far > 300


async def test_a_graph_is_known_by_the_hash_of_its_bytes(desk: PgRoadDesk) -> None:
    blob = grid_of_roads(3).to_bytes()

    first, again = await desk.check("main", blob), await desk.check("main", blob)

    assert first.sha256 == again.sha256
    assert (first.nodes, len(first.sha256)) == (9, 64)


@pytest.mark.parametrize("blob", [b"", b"rubbish", b"PK\x03\x04 not a zip"])
async def test_bytes_that_are_no_graph_are_refused(desk: PgRoadDesk, blob: bytes) -> None:
    with pytest.raises(BadRoads):
        await desk.check("main", blob)


async def test_an_unknown_artefact_is_none(desk: PgRoadDesk) -> None:
    assert await desk.blob("0" * 64) is None
