"""What a service runs beside its routes is kept running, and stopped when the node stops."""

import asyncio

import pytest

from beaconfire_platform.process.running import Running

PATIENCE_S = 60


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("beaconfire_platform.process.running.PAUSE_S", (0.0, 0.001))


async def test_what_fails_begins_again_and_is_counted() -> None:
    running, done = Running(), asyncio.Event()
    starts: list[int] = []

    async def shaky() -> None:
        starts.append(len(starts))
        if len(starts) < 4:
            raise RuntimeError("broken")
        done.set()

    running.start("shaky", shaky)
    await asyncio.wait_for(done.wait(), PATIENCE_S)
    await running.stop()

    assert starts == [0, 1, 2, 3]
    assert running.failures == {"shaky": 3}


async def test_who_fails_again_and_again_is_named_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running, done = Running(), asyncio.Event()
    starts: list[int] = []

    async def shaky() -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(fail())

    async def fail() -> None:
        starts.append(len(starts))
        if len(starts) == 3:
            assert running.failing() == {}, "twice may be chance"
        if len(starts) == 4:
            done.set()
            await asyncio.Event().wait()
        raise ValueError("broken")

    running.start("shaky", shaky)
    await asyncio.wait_for(done.wait(), 5)
    named = running.failing()
    monkeypatch.setattr("beaconfire_platform.process.running.FAILURES_S", 0.0)
    later = running.failing()
    await running.stop()

    assert named == {"shaky": "ValueError"}
    assert later == {}


async def test_one_that_fails_leaves_the_others_alone() -> None:
    running, calm = Running(), asyncio.Event()

    async def broken() -> None:
        raise RuntimeError("broken")

    async def waits() -> None:
        await asyncio.sleep(0.02)
        calm.set()

    running.start("broken", broken)
    running.start("calm", waits)
    await asyncio.wait_for(calm.wait(), PATIENCE_S)
    await running.stop()

    assert "calm" not in running.failures


async def test_stopping_waits_until_each_has_cleaned_up() -> None:
    running = Running()
    cleaned: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.01)
            cleaned.append("cleaned")

    running.start("forever", forever)
    await asyncio.sleep(0)
    await running.stop()

    assert cleaned == ["cleaned"]
    assert not running.failures


async def test_draining_waits_for_what_can_finish_and_leaves_the_others_going() -> None:
    running, asked = Running(), asyncio.Event()
    ended: list[str] = []

    async def in_hand() -> None:
        await asked.wait()
        await asyncio.sleep(0.02)
        ended.append("in hand")

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("forever")

    running.start("consumer", in_hand, finish=asked.set)
    running.start("forever", forever)
    await asyncio.sleep(0)
    await asyncio.wait_for(running.drain(PATIENCE_S), PATIENCE_S)

    assert ended == ["in hand"]
    await running.stop()
    assert ended == ["in hand", "forever"]


async def test_draining_ends_in_time_whoever_does_not_finish() -> None:
    running = Running()
    cancelled: list[str] = []

    async def deaf() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append("deaf")

    running.start("deaf", deaf, finish=lambda: None)
    await asyncio.sleep(0)
    began = asyncio.get_running_loop().time()
    await running.drain(0.05)

    assert 0.04 < asyncio.get_running_loop().time() - began < 5
    assert cancelled == []
    await running.stop()
    assert cancelled == ["deaf"]


async def test_draining_with_nothing_to_finish_is_over_at_once() -> None:
    await asyncio.wait_for(Running().drain(PATIENCE_S), 5)
