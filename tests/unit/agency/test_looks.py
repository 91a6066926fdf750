"""Whoever waits is tried with little, ever less often; whoever arrives goes on ever faster."""

import pytest

from beaconfire_agency.adapters.looks import LOOK_AGAIN_S, LOOK_AGAIN_S_MAX, Looks


def test_whom_nobody_looked_at_yet_is_looked_at_now_and_with_one_row() -> None:
    looks = Looks()

    assert looks.due({"power", "water"}, 0.0) == {"power", "water"}
    assert looks.rows("power", 2_000) == 1


def test_each_look_in_vain_doubles_the_wait_of_that_body_alone_up_to_a_minute() -> None:
    looks, now, waits = Looks(), 0.0, []

    for _ in range(6):
        looks.in_vain("power", now)
        assert looks.due({"power", "water"}, now) == {"water"}
        wait = next(s for s in range(1, 100) if looks.due({"power"}, now + s))
        waits.append(wait)
        now += wait

    assert waits == [5, 10, 20, 40, 60, 60]
    assert (LOOK_AGAIN_S, LOOK_AGAIN_S_MAX) == (5.0, 60.0)


@pytest.mark.parametrize("rows_max", [3, 2_000])
def test_each_page_that_arrives_lets_the_next_be_twice_as_long_and_go_at_once(
    rows_max: int,
) -> None:
    looks, pages = Looks(), []

    for _ in range(5):
        pages.append(looks.rows("power", rows_max))
        looks.arrived("power", pages[-1])
        assert looks.due({"power"}, 0.0) == {"power"}
    looks.in_vain("power", 0.0)

    assert pages == [min(rows_max, one) for one in (1, 2, 4, 8, 16)]
    assert looks.rows("power", rows_max) == 1


def test_a_look_that_learnt_nothing_makes_the_next_no_rarer() -> None:
    looks = Looks()

    for now in (0.0, 5.0, 10.0):
        looks.later("power", now)
        assert looks.due({"power"}, now + LOOK_AGAIN_S) == {"power"}


def test_whoever_waits_anew_is_looked_at_as_at_first() -> None:
    looks = Looks()
    for _ in range(4):
        looks.in_vain("power", 0.0)

    looks.ended("power")

    assert looks.due({"power"}, 0.0) == {"power"}
    looks.in_vain("power", 0.0)
    assert looks.due({"power"}, LOOK_AGAIN_S) == {"power"}
