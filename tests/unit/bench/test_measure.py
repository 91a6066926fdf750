"""Measuring: both sides in turn, every act done once, percentiles that were measured."""

from beaconfire.bench.measure import in_turn, per_second, percentile


async def test_both_sides_take_turns() -> None:
    order: list[str] = []

    async def bare() -> float:
        order.append("bare")
        return 1.0

    async def ours() -> float:
        order.append("ours")
        return 2.0

    limits, figures = await in_turn(bare, ours, rounds=2)

    assert order == ["bare", "ours", "bare", "ours"]
    assert (limits, figures) == ((1.0, 1.0), (2.0, 2.0))


async def test_every_act_is_done_once_whoever_does_it() -> None:
    done: list[int] = []

    async def act(worker: int) -> None:
        done.append(worker)

    rate = await per_second(act, n=10, workers=3)

    assert len(done) == 10
    assert rate > 0


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [5.0, 1.0, 4.0, 2.0, 3.0]

    assert percentile(values, 0.5) == 3.0
    assert percentile(values, 0.99) == 5.0
    assert percentile([7.0], 0.0) == 7.0
