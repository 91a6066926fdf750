"""The position stream: the newest fix of each unit, never a backlog, nobody waits."""

import asyncio
from datetime import UTC, datetime, timedelta

from beaconfire_platform.positions import Fix, LocalPositionStream

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

    assert await reader.take() == [fix("a", 5)]


async def test_a_reader_waits_until_something_moves() -> None:
    stream = LocalPositionStream()
    reader = stream.reader()
    taking = asyncio.create_task(reader.take())
    await asyncio.sleep(0)
    assert not taking.done()

    stream.publish([fix("a", 1)])

    assert await asyncio.wait_for(taking, 5) == [fix("a", 1)]
