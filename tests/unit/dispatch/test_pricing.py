"""What a pair costs: levels crossed, alternatives, cover taken away, for one and for all."""

import numpy as np

from beaconfire_dispatch.domain.engine.pricing import (
    ALTERNATIVE,
    costs,
    cover_losses,
    filled_by,
    levels_crossed,
    terms,
)
from beaconfire_dispatch.domain.engine.state import Free, Prices, Situation, Slot


def a_unit(name: str, *capabilities: str, path: str | None = None) -> Free:
    return Free(name, name, frozenset(capabilities), 0.0, 60.0, path=path)


def test_levels_are_counted_up_from_a_units_own_division() -> None:
    assert levels_crossed("c.d1.g1", "c.d1") == 0
    assert levels_crossed("c.d2.g1", "c.d1") == 1
    assert levels_crossed("c.d2.g1", "c.d1.g7") == 2
    assert levels_crossed("e.d1", "c.d1") == 2
    assert levels_crossed(None, "c.d1") == levels_crossed("c", None) == 0


def test_one_of_their_own_goes_where_it_is_about_as_near_and_not_where_it_is_far() -> None:
    slot = Slot("i", "engine", 2, 0.0, 480.0, path="c.d1.g1")
    own, other = a_unit("own", "engine", path="c.d1"), a_unit("other", "engine", path="c.d2")

    def prices(own_s: float) -> list[int]:
        roads = np.array([[own_s], [100.0]])
        found = costs(Situation((slot,), (own, other), roads, "road", np.zeros((2, 0))))
        return [int(one) for one in found[0]]

    near, far = prices(103.0), prices(140.0)
    assert near[0] < near[1]
    assert far[0] > far[1]


def test_what_was_asked_for_is_preferred_and_an_alternative_is_named() -> None:
    slot = Slot("i", "ladder", 1, 0.0, 480.0, alternatives=("tower", "engine"))

    priced = [terms(slot, a_unit("u", one), 60.0).alternative for one in ("ladder", "tower")]

    assert priced == [0.0, ALTERNATIVE]
    assert filled_by(slot, a_unit("u", "engine", "tower")) == "tower"


def test_who_alone_covers_a_place_takes_more_away_than_who_stands_beside_another() -> None:
    units = (a_unit("alone", "engine"), a_unit("one", "engine"), a_unit("two", "engine"))
    posts = np.array([[60.0, 3000.0], [3000.0, 60.0], [3000.0, 61.0]])
    situation = Situation((), units, np.zeros((3, 0)), "road", posts)

    alone, one, two = cover_losses(situation, "engine")

    assert alone > 0.4 > one > 0.0
    assert two == 0.0
    assert not cover_losses(situation, "ladder").any()


def test_cover_that_is_taken_away_costs_what_a_deployment_says() -> None:
    units = (a_unit("alone", "engine"), a_unit("one", "engine"), a_unit("two", "engine"))
    posts = np.array([[60.0, 3000.0], [3000.0, 60.0], [3000.0, 61.0]])
    roads = np.array([[60.0], [90.0], [95.0]])
    slot = Slot("i", "engine", 2, 0.0, 480.0)

    def first(cover: float) -> int:
        found = costs(Situation((slot,), units, roads, "road", posts, Prices(cover=cover)))
        return int(np.argmin(found[0]))

    assert first(0.0) == 0
    assert first(1.0) == 1
