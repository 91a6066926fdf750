"""The position stream: the newest fix of each unit, never a backlog, nobody waits."""

import asyncio
from datetime import UTC, datetime, timedelta

from beaconfire_platform.positions import UNTAKEN_FIXES_MAX, Fix, LocalPositionStream

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fix(unit_id: str, second: int) -> Fix:
    return Fix(unit_id, 174.7 + second / 1000, -36.8, AT + timedelta(seconds=second))


async def test_a_slow_reader_gets_only_the_newest_fix_of_each_unit() -> None:
    stream = LocalPositionStream()
    reader = stream.reader()

    for second in range(100):
        stream.publish([fix("a", second), fix("b", second)])

    assert {one.unit_id: one.observed_at for one in await reader.take()} == {
        "a": AT + timedelta(seconds=99),
        "b": AT + timedelta(seconds=99),
    }


async def test_an_old_fix_never_replaces_a_newer_one() -> None:
    stream = LocalPositionStream()
    reader = stream.reader()

    stream.publish([fix("a", 5)])
    stream.publish([fix("a", 3)])

    assert list(await reader.take()) == [fix("a", 5)]


async def test_a_reader_waits_until_something_moves() -> None:
    stream = LocalPositionStream()
    reader = stream.reader()
    taking = asyncio.create_task(reader.take())
    await asyncio.sleep(0)
    assert not taking.done()

    stream.publish([fix("a", 1)])

    assert list(await asyncio.wait_for(taking, 5)) == [fix("a", 1)]


async def test_of_a_reader_that_sleeps_no_more_is_kept_than_each_units_newest() -> None:
    stream = LocalPositionStream()
    reader = stream.reader()
    units = [f"u{number}" for number in range(2_000)]

    for second in range(30):
        stream.publish([fix(unit, second) for unit in units])

    assert reader.untaken <= UNTAKEN_FIXES_MAX + 2 * len(units)
    taken = await reader.take()
    assert sorted(taken.unit_ids) == sorted(units)
    assert {one.observed_at for one in taken} == {AT + timedelta(seconds=29)}
