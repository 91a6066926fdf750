"""Section `parked`, a few facts at a time: what was promised is held before anything is told."""

import asyncio

import pytest

from beaconfire.bench.parked import (
    GATE,
    GATE_AT_ONCE,
    GATE_PARKED,
    NotAsPromised,
    Side,
    Waiting,
    measure,
    require_promised,
)
from beaconfire_platform.log.consumer import ATTEMPTS_MAX
from beaconfire_platform.log.ledger import BEHIND

FIRST, SECOND = ("bad", 1, "RuntimeError", ATTEMPTS_MAX), ("bad", 2, BEHIND, 0)


async def test_both_sides_are_measured_in_both_ways(bench_dsn: str) -> None:
    async with asyncio.timeout(60):
        found = await measure(bench_dsn, n=130, every_s=0.002, rounds=1)

    assert [(one.section, one.gate, one.n) for one in found] == [
        ("parked", GATE, 130),
        ("parked", GATE_PARKED, 130),
        ("parked", GATE_AT_ONCE, 130),
        ("parked", GATE_PARKED, 130),
    ]
    assert all(one > 0 for figure in found for one in (*figure.ours, *figure.limit))


def a_side() -> Side:
    done = [Waiting(0.0, row, key, row) for row, key in enumerate(("bad", "a", "bad", "b"), 1)]
    return Side(is_poisoned=True, ill=["bad"], done=done)


def test_the_first_fact_of_an_ill_key_tells_how_long_parking_took() -> None:
    assert a_side().ill_ms() == [1]


@pytest.mark.parametrize(
    ("effects", "parked", "said"),
    [
        (1, [FIRST, SECOND], "1 effects of 2"),
        (3, [FIRST, SECOND], "3 effects of 2"),
        (2, [FIRST], "parked"),
        (2, [FIRST, SECOND, ("a", 1, "RuntimeError", ATTEMPTS_MAX)], "parked"),
    ],
)
def test_a_lost_effect_a_repeat_and_a_wrongly_parked_key_fail_the_section(
    effects: int, parked: list[tuple[str, int, str, int]], said: str
) -> None:
    side = a_side()

    require_promised(side, 2, [FIRST, SECOND])
    with pytest.raises(NotAsPromised, match=said):
        require_promised(side, effects, parked)
