"""A closure of roads is lifted once; the division it needs is the smallest that holds all of it."""

import pytest

from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened
from beaconfire_geo.domain.closures import ClosureLifted, RoadClosure, shared_path
from beaconfire_testkit.builders import NOON, an_example_of


def test_lifting_is_told_with_its_moment_and_once_only() -> None:
    closure = RoadClosure(an_example_of(RoadsClosed), "akl.d1", arcs=4)

    lifted, opened = closure.lift(NOON)

    assert opened == RoadsOpened(closure.told.closure_id, closure.told.roads, NOON)
    assert lifted.opened_at == NOON
    with pytest.raises(ClosureLifted):
        lifted.lift(NOON)


@pytest.mark.parametrize(
    ("paths", "shared"),
    [
        (["akl.d1.c1", "akl.d1.c2"], "akl.d1"),
        (["akl.d1.c1", "akl.d2.c1"], "akl"),
        (["akl.d1.c1"], "akl.d1.c1"),
        (["akl.d1", "akl.d1.c1"], "akl.d1"),
        (["akl.d1", "akl.d11"], "akl"),
        (["akl", "wlg"], None),
        ([], None),
    ],
)
def test_who_closes_roads_must_be_trusted_with_all_the_divisions_they_lie_in(
    paths: list[str], shared: str | None
) -> None:
    assert shared_path(paths) == shared
