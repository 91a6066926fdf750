"""How many facts one transaction holds follows what the last ones took."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.log.portion import LASTS_S_MAX, Portion

MOST = 200


class Machine:
    """One on which each fact takes so long; the clock is its own."""

    def __init__(self, fact_s: float) -> None:
        self.fact_s = fact_s
        self.now = 0.0
        self.portion = Portion(MOST, clock=lambda: self.now)

    def take(self, waiting: int) -> float:
        """One portion of what waits; how long it took."""
        facts, began = min(waiting, self.portion.facts), self.now
        with self.portion.timed(facts):
            self.now += facts * self.fact_s
        return self.now - began


@given(st.floats(0.000_1, 0.5))
def test_after_the_first_no_portion_lasts_too_long(fact_s: float) -> None:
    machine = Machine(fact_s)
    machine.take(MOST)

    later = [machine.take(10 * MOST) for _ in range(12)]

    assert max(later) <= LASTS_S_MAX + fact_s


def test_it_is_whole_again_soon_after_the_machine_is_free() -> None:
    machine = Machine(0.4)
    machine.take(MOST)
    assert machine.portion.facts == 1

    machine.fact_s = 0.000_1
    for _ in range(8):
        machine.take(10 * MOST)

    assert machine.portion.facts == MOST


def test_what_failed_is_tried_again_with_a_part_of_it_and_one_at_least() -> None:
    portion = Portion(MOST)
    sizes: list[int] = []

    for _ in range(5):
        with pytest.raises(TimeoutError), portion.timed(portion.facts):
            raise TimeoutError
        sizes.append(portion.facts)

    assert sizes == [50, 12, 3, 1, 1]


def test_a_small_portion_that_fails_says_more_than_the_size_that_was_allowed() -> None:
    portion = Portion(MOST)

    with pytest.raises(TimeoutError), portion.timed(8):
        raise TimeoutError

    assert portion.facts == 2


def test_what_failed_for_another_reason_is_no_sign_of_a_slow_machine() -> None:
    portion = Portion(MOST)

    with pytest.raises(ValueError, match="poison"), portion.timed(MOST):
        raise ValueError("poison")

    assert portion.facts == MOST
