"""Section `geo` on the demo city's own cells, and on roads of a few streets."""

from beaconfire.bench.geo import CLOSING_ASKED_MS, CLOSING_GATE, measure
from beaconfire_testkit.roads import grid_of_roads


async def test_points_are_found_on_both_sides_one_by_one_and_in_bulk() -> None:
    one, bulk, *_ = await measure(n=50, bulk_n=200, roads=grid_of_roads(20))

    assert (one.section, one.unit, one.n) == ("geo", "µs a point", 50)
    assert (bulk.section, bulk.unit, bulk.n) == ("geo", "s for all points in bulk", 200)
    assert min(*one.limit, *one.ours, *bulk.limit, *bulk.ours) > 0


async def test_roads_are_weighed_anew_on_both_sides() -> None:
    *_, closing, asked = await measure(n=50, bulk_n=200, roads=grid_of_roads(20))

    assert (closing.unit, closing.gate, closing.n) == ("ms to follow a closure", CLOSING_GATE, 400)
    assert min(*closing.limit, *closing.ours) > 0
    assert (asked.limit[0], asked.ours, asked.gate) == (CLOSING_ASKED_MS, closing.ours, None)
