"""The bare tree finds the square in which a point lies."""

import numpy as np
import shapely

from beaconfire.bench.bare_geo import bare_tree, bare_tree_in_bulk


def test_the_bare_tree_finds_what_holds_the_point() -> None:
    find = bare_tree([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])

    assert find(1.5, 0.5).tolist() == [1]
    assert find(5.0, 5.0).tolist() == []


def test_in_bulk_it_finds_the_same() -> None:
    find = bare_tree_in_bulk([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)])

    found = find(np.array([1.5, 5.0, 0.5]), np.array([0.5, 5.0, 0.5]))

    assert sorted(found.T.tolist()) == [[0, 1], [2, 0]]
