"""Section `geo` on the demo city's own cells."""

from beaconfire.bench.geo import measure


async def test_points_are_found_on_both_sides_one_by_one_and_in_bulk() -> None:
    one, bulk = await measure(n=50, bulk_n=200)

    assert (one.section, one.unit, one.n) == ("geo", "µs a point", 50)
    assert (bulk.section, bulk.unit, bulk.n) == ("geo", "s for all points in bulk", 200)
    assert min(*one.limit, *one.ours, *bulk.limit, *bulk.ours) > 0
