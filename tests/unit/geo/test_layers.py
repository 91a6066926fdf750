"""Paths of codes: parents first, no circle, nobody twice."""

import time

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.domain.layers import (
    DoubleCode,
    DraftArea,
    ParentCircle,
    ParentMissing,
    TooDeep,
    UnknownParent,
    with_paths,
    wrong_in_tree,
)
from beaconfire_geo.domain.levels import LEVELS_MAX

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


def test_a_circle_has_no_end_and_what_hangs_from_it_says_where() -> None:
    with pytest.raises(ParentCircle, match=r"a has no end upwards: b lies below itself"):
        with_paths([draft("a", "b"), draft("b", "a")])
    with pytest.raises(ParentCircle, match=r"c has no end upwards: [ab] lies below itself"):
        with_paths([draft("c", "a"), draft("a", "b"), draft("b", "a")])


def test_a_tower_of_more_levels_than_any_administration_has_is_too_deep_and_no_circle() -> None:
    tower = [draft("0"), *(draft(str(n), str(n - 1)) for n in range(1, LEVELS_MAX + 1))]

    with pytest.raises(TooDeep, match=f"{LEVELS_MAX} areas above it"):
        with_paths(tower)

    assert with_paths(tower[:LEVELS_MAX])[-1].path.count(".") == LEVELS_MAX - 1


def test_a_circle_of_a_whole_map_costs_what_a_tree_costs() -> None:
    drafts = [draft(str(n), str((n + 1) % 20_000)) for n in range(20_000)]
    began = time.process_time()

    with pytest.raises(TooDeep):
        with_paths(drafts)

    assert time.process_time() - began < 5


LEVELS = load_levels()


def of_level(code: str, level: str, parent: str | None = None) -> DraftArea:
    """An area of a level of this build."""
    return DraftArea(code, level, parent, "区", "Area", SHAPE)


def test_beside_a_tree_only_areas_of_its_highest_level_lie_in_no_other() -> None:
    tree = [of_level("akl", "city"), of_level("q", "district", "akl"), of_level("c1", "cell", "q")]
    loose = of_level("a0", "cell")

    [wrong] = wrong_in_tree([*tree, loose], [*tree, loose], LEVELS)
    [stays] = wrong_in_tree(tree, [*tree, loose], LEVELS)

    assert type(wrong) is type(stays) is ParentMissing
    assert (wrong.pointer, wrong.fields["area"]) == ("/features/3/properties/parent", "a0")
    assert wrong.detail == "a0 is a cell without a parent beside a city"
    assert stays.detail.startswith("a0 stays: ")


@pytest.mark.parametrize(
    "tops",
    [
        [("sp", "province"), ("north", "region")], [("c1", "cell"), ("c2", "cell")],
        [("akl", "city"), ("z1", "response_area"), ("s1", "station")],
    ],
)  # fmt: skip
def test_tops_of_one_rank_and_those_of_other_layers_lie_beside_each_other(
    tops: list[tuple[str, str]],
) -> None:
    drafts = [of_level(*one) for one in tops]

    assert not list(wrong_in_tree(drafts, drafts, LEVELS))
