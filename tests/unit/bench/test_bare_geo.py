"""The bare tree finds the square in which a point lies."""

import shapely

from beaconfire.bench.bare_geo import bare_tree


def test_the_bare_tree_finds_what_holds_the_point() -> None:
    find = bare_tree([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])

    assert find(1.5, 0.5).tolist() == [1]
    assert find(5.0, 5.0).tolist() == []
