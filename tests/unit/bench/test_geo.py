"""Section `geo` on the demo city's own cells."""

from beaconfire.bench.geo import measure


async def test_a_point_is_found_on_both_sides() -> None:
    (figure,) = await measure(n=50)

    assert (figure.section, figure.unit, figure.n) == ("geo", "µs a point", 50)
    assert min(*figure.limit, *figure.ours) > 0
