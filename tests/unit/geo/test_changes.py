"""What a release would change is told completely: nothing is counted twice, nothing left out."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from beaconfire_geo.domain.changes import AreaMoved, changes_between
from beaconfire_geo.domain.layers import Area

BOX = shapely.box(174.70, -36.90, 174.71, -36.89)


def area(code: str, path: str = "", name: str = "Area", shape: BaseGeometry | None = BOX) -> Area:
    """An area of a map."""
    return Area(code, "cell", path or f"top.{code}", name, name, shape)


CODES = st.sets(st.sampled_from("abcdefgh"))


@given(CODES, CODES)
def test_each_area_is_added_removed_or_known(before: set[str], after: set[str]) -> None:
    found = changes_between([area(one) for one in before], [area(one) for one in after])

    assert set(found.added) == after - before
    assert set(found.removed) == before - after
    assert found.unchanged == len(before & after)
    assert (found.moved, found.redrawn, found.renamed) == ((), (), ())


def test_moved_redrawn_and_renamed_are_three_things() -> None:
    before = [area("a"), area("b"), area("c"), area("d")]
    east = shapely.box(174.71, -36.90, 174.72, -36.89)
    after = [area("a", "other.a"), area("b", shape=east), area("c", name="New"), area("d")]

    found = changes_between(before, after)

    assert found.moved == (AreaMoved("a", "top.a", "other.a"),)
    assert [one.code for one in found.redrawn] == ["b"]
    assert found.redrawn[0].moved_m == pytest.approx(889, rel=0.01)
    assert [(one.code, one.was_en, one.name_en) for one in found.renamed] == [("c", "Area", "New")]
    assert found.unchanged == 1


def test_a_boundary_that_becomes_known_is_drawn_anew() -> None:
    found = changes_between([area("a", shape=None)], [area("a")])

    assert [(one.code, one.moved_m) for one in found.redrawn] == [("a", None)]
