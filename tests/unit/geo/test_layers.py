"""Paths of codes: parents first, no circle, nobody twice."""

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_geo.domain.layers import (
    LEVELS_MAX,
    DoubleCode,
    DraftArea,
    ParentCircle,
    UnknownParent,
    with_paths,
)

SHAPE = shapely.box(0, 0, 1, 1)


def draft(code: str, parent: str | None = None) -> DraftArea:
    """An area by its code."""
    return DraftArea(code, "level", parent, "区", "Area", SHAPE)


@given(st.permutations([("a", None), ("b", "a"), ("c", "a"), ("d", "c")]))
def test_in_whatever_order_they_come_parents_are_first(drafts: list[tuple[str, str]]) -> None:
    areas = with_paths([draft(*one) for one in drafts])

    assert [one.path for one in areas] == ["a", "a.b", "a.c", "a.c.d"]


def test_a_code_that_stands_twice_is_pointed_at() -> None:
    with pytest.raises(DoubleCode) as refused:
        with_paths([draft("a"), draft("b", "a"), draft("a")])
    assert refused.value.pointer == "/features/2"


def test_a_parent_that_is_not_there_is_named() -> None:
    with pytest.raises(UnknownParent, match="lost"):
        with_paths([draft("a", "lost")])


def test_a_circle_and_a_tower_have_no_end() -> None:
    with pytest.raises(ParentCircle):
        with_paths([draft("a", "b"), draft("b", "a")])
    tower = [draft("0"), *(draft(str(n), str(n - 1)) for n in range(1, LEVELS_MAX + 1))]
    with pytest.raises(ParentCircle):
        with_paths(tower)
    assert with_paths(tower[:LEVELS_MAX])[-1].path.count(".") == LEVELS_MAX - 1
