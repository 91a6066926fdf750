"""Section `positions`, small: geo beside its bare side, and a whole node whose console draws."""

import pytest
import shapely

from beaconfire.bench.fleet import UNITS, Fleet
from beaconfire.bench.positions_ground import ZONES, positions_alone, positions_of_node, strip


@pytest.mark.slow
async def test_geo_alone_is_measured_beside_its_bare_side_outside_and_inside_of_zones() -> None:
    figures = await positions_alone(units=40, seconds=2)

    assert [one.gate for one in figures] == [1.0, None, None] * 2
    assert all(min(*one.limit, *one.ours) >= 0 for one in figures)
    assert "zones" in figures[-1].unit


@pytest.mark.slow
async def test_every_position_is_drawn_on_a_nodes_console_and_written() -> None:
    figures = await positions_of_node(units=40, seconds=3)

    by_unit = {one.unit: one for one in figures}
    assert by_unit["ms at most until drawn, as allowed"].ours[0] > 0
    assert by_unit["s at most until written, as allowed"].ours[0] >= 0
    assert figures[0].n >= 40 * 2


def test_the_zones_hold_the_whole_fleet_on_every_leg() -> None:
    strips = [shapely.Polygon(strip(one)) for one in range(ZONES)]
    fleet = Fleet.of(1).setting_out()
    places = [fleet.place(unit, second) for unit in range(0, UNITS, 97) for second in (0, 180)]

    assert all(one.is_valid and len(one.exterior.coords) <= 1_000 for one in strips)
    assert all(any(one.intersects(shapely.Point(at)) for one in strips) for at in places)
