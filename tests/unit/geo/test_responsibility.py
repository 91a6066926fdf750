"""Who answers for a point: the cell and all above it, and outside all the nearest one's."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.places import Point
from beaconfire_geo.adapters.maps import GridInForce
from beaconfire_geo.domain.layers import Area
from beaconfire_geo.domain.placing import Found
from beaconfire_geo.domain.responsibility import responsibility_of
from beaconfire_spatial.area_index import AreaIndex

AREAS = {
    path.rpartition(".")[2]: Area(path.rpartition(".")[2], "level", path, "区", "Area", None)
    for path in ("akl", "akl.d1", "akl.d1.c1")
}


@pytest.mark.parametrize(
    ("found", "codes", "outside_m"),
    [
        (Found("c1", "akl.d1.c1"), ["c1", "d1", "akl"], None),
        (Found(None, None, "c1", 812.4), ["c1", "d1", "akl"], 812.4),
        (Found(None, None), [], None),
    ],
)
def test_the_way_up_begins_at_the_cell_or_at_the_nearest_one(
    found: Found, codes: list[str], outside_m: float | None
) -> None:
    answer = responsibility_of(found, AREAS.get)

    assert [one.code for one in answer.upward] == codes
    assert answer.outside_m == outside_m


CELLS = {f"c{n}": shapely.box(170 + n, -40, 171 + n, -39) for n in range(4)}
GRID = GridInForce(
    None,
    {"top": Area("top", "city", "top", "区", "Area", None)}
    | {code: Area(code, "cell", f"top.{code}", "格", "Cell", box) for code, box in CELLS.items()},
    AreaIndex(list(CELLS), list(CELLS.values())),
)


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_no_place_on_earth_is_without_an_owner(lon: float, lat: float) -> None:
    answer = responsibility_of(GRID.find(Point(lon, lat)), GRID.area)

    inside = [code for code, box in CELLS.items() if box.intersects(shapely.Point(lon, lat))]
    assert [one.code for one in answer.upward][1:] == ["top"]
    assert (answer.outside_m is None) == bool(inside)
    assert not inside or answer.upward[0].code == min(inside)
