"""Section `parked`, a few facts at a time: what was promised is held before anything is told."""

import pytest

from beaconfire.bench.parked import (
    GATE,
    GATE_PARKED,
    ROUNDS,
    NotAsPromised,
    Parked,
    Side,
    measure,
    require_promised,
)
from beaconfire.bench.report import Comparison
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import ATTEMPTS_MAX, GATHER_S
from beaconfire_platform.log.ledger import BEHIND

FACTS = 130
"""Enough for an ill key, and for its next fact, which waits behind the first."""


async def test_both_sides_are_measured_in_both_ways(bench_dsn: str) -> None:
    found = await measure(bench_dsn, n=FACTS, every_s=0.002, rounds=1)

    require_all_measured(found, "parked")


async def test_the_same_is_measured_on_kafka(bench_dsn: str, kafka: str) -> None:
    found = await measure(bench_dsn, kafka, n=FACTS, every_s=0.002, rounds=1)

    require_all_measured(found, "parked_kafka")


def require_all_measured(found: list[Comparison], section: str) -> None:
    units = ["ms p99 others", "ms told to parked"]
    said = [f"{one}, {how}" for how in ("gathering", "at once") for one in units]
    assert [(one.section, one.unit, one.n) for one in found] == [
        (section, one, FACTS) for one in said
    ]
    assert [one.gate for one in found] == [
        GATE, GATE_PARKED, GATE, GATE_PARKED,
    ]  # fmt: skip
    assert all(one > 0 for figure in found for one in (*figure.ours, *figure.limit))


def test_others_are_held_to_a_tenth_where_it_gathers_and_the_rest_has_more_rounds() -> None:
    assert GATE == 1.1
    assert ROUNDS.keys() == {GATHER_S, 0.0}
    assert ROUNDS[0.0] > ROUNDS[GATHER_S] > 1


def a_side() -> Side:
    """A whole run: the first key is ill, and is told again later."""
    side = Side(is_poisoned=True)
    for took_ms in range(FACTS - 30):
        side.next().took_ms = took_ms
    return side


def expected(side: Side) -> list[Parked]:
    [key] = side.ill
    return [(key, 1, "RuntimeError", ATTEMPTS_MAX), (key, 2, BEHIND, 0)]


def test_the_first_fact_of_an_ill_key_tells_how_long_parking_took() -> None:
    assert a_side().ill_ms() == [0]


def test_others_are_those_of_no_ill_key_once_it_runs_smoothly() -> None:
    assert a_side().others_ms() == list(range(50, 100))


class Committed(Tx):
    def __init__(self, *, is_committed: bool) -> None:
        self.is_committed = is_committed


@pytest.mark.parametrize("is_committed", [True, False])
def test_a_fact_is_done_once_its_effect_is_committed(*, is_committed: bool) -> None:
    side = Side(is_poisoned=False)
    one = side.next()
    one.told_at, one.tx = 1.0, Committed(is_committed=is_committed)
    side.look()

    assert (side.open == []) == is_committed
    assert (one.took_ms > 0) == is_committed


@pytest.mark.parametrize(
    ("effects", "parked", "said"),
    [
        (97, slice(2), "97 effects of 98"),
        (99, slice(2), "99 effects of 98"),
        (98, slice(1), "parked"),
    ],
)
def test_a_lost_effect_a_repeat_and_a_key_that_is_not_parked_fail_the_section(
    effects: int, parked: slice, said: str
) -> None:
    side = a_side()

    require_promised(side, 98, expected(side))
    with pytest.raises(NotAsPromised, match=said):
        require_promised(side, effects, expected(side)[parked])


def test_a_wrongly_parked_key_fails_the_section() -> None:
    side = a_side()
    another = ("a", 1, "RuntimeError", ATTEMPTS_MAX)

    with pytest.raises(NotAsPromised, match="parked"):
        require_promised(side, 98, [*expected(side), another])
