"""Who is waited for goes first; what nobody waits for goes one at a time, and never starves."""

import asyncio
import threading
import time

import pytest

from beaconfire_platform import turns
from beaconfire_platform.turns import PATIENCE_S, Turns

AT_ONCE_S = PATIENCE_S / 2


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Turns:
    """Nobody gives up waiting: what begins has its turn."""
    monkeypatch.setattr(turns, "PATIENCE_S", 30.0)
    return Turns()


async def test_what_is_waited_for_begins_at_once_whoever_is_at_work() -> None:
    all_ = Turns()
    async with all_.later(), all_.first():
        began = time.monotonic()
        async with all_.first():
            assert time.monotonic() - began < AT_ONCE_S


async def test_what_nobody_waits_for_begins_when_the_last_who_is_waited_for_is_done(
    patient: Turns,
) -> None:
    told: list[str] = []

    async def wait() -> None:
        async with patient.later():
            told.append("later")

    async with patient.first():
        async with patient.first():
            waiting = asyncio.create_task(wait())
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.01)
        told.append("first")
    await waiting

    assert told == ["first", "later"]


async def test_of_what_nobody_waits_for_one_is_at_work_at_a_time(patient: Turns) -> None:
    at_work, most = 0, 0

    async def work() -> None:
        nonlocal at_work, most
        async with patient.later():
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0.001)
            at_work -= 1

    await asyncio.gather(*(work() for _ in range(20)))

    assert (most, at_work) == (1, 0)


async def test_it_begins_out_of_turn_when_it_waited_enough_and_takes_nobody_elses() -> None:
    all_ = Turns()
    async with all_.later():
        began = time.monotonic()
        async with all_.later():
            assert time.monotonic() - began >= PATIENCE_S
        assert not all_.is_free
    assert all_.is_free


async def test_under_work_that_never_ends_it_goes_on() -> None:
    all_ = Turns()
    async with all_.first():
        for _ in range(3):
            async with all_.later():
                pass
        assert not all_.is_free
    assert all_.is_free


async def test_whoever_fails_or_is_cancelled_leaves_no_turn_taken(patient: Turns) -> None:
    with pytest.raises(ZeroDivisionError):
        async with patient.later():
            raise ZeroDivisionError
    async with patient.later():

        async def wait() -> None:
            async with patient.later():
                raise AssertionError("it was cancelled before its turn")

        waiting = asyncio.create_task(wait())
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    assert patient.is_free
    async with asyncio.timeout(1), patient.later():
        assert not patient.is_free


async def test_a_thread_that_nobody_waits_for_begins_when_nobody_is_waited_for(
    patient: Turns,
) -> None:
    told: list[str] = []

    async with patient.first():
        beside = asyncio.create_task(patient.beside(lambda: told.append("beside")))
        await asyncio.sleep(0.05)
        told.append("first")
    await beside

    assert told == ["first", "beside"]


async def test_a_thread_lets_pass_between_its_steps(patient: Turns) -> None:
    told: list[str] = []
    is_half_done, is_somebody_there = threading.Event(), threading.Event()
    aside = patient.aside()

    def work() -> None:
        aside.let_pass()
        is_half_done.set()
        is_somebody_there.wait(10)
        aside.let_pass()
        told.append("second half")

    beside = asyncio.create_task(asyncio.to_thread(work))
    await asyncio.to_thread(is_half_done.wait, 10)
    async with patient.first():
        is_somebody_there.set()
        await asyncio.sleep(0.05)
        told.append("first")
    await beside

    assert told == ["first", "second half"]


async def test_a_thread_is_patient_once_however_many_steps_it_has() -> None:
    turns_, began = Turns(), time.monotonic()
    aside = turns_.aside()

    async with turns_.first():
        await asyncio.to_thread(lambda: [aside.let_pass() for _ in range(200)])

    assert PATIENCE_S <= time.monotonic() - began < 100 * PATIENCE_S, "not 200 times"


async def test_what_has_begun_lets_somebody_pass_between_its_steps_and_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "GIVE_WAY_S", 30.0)
    monkeypatch.setattr(turns, "PATIENCE_S", 30.0)
    all_, told = Turns(), list[str]()

    async def work() -> None:
        aside = all_.aside()
        async with all_.later():
            told.append("one")
            going_on.set()
            await come_in.wait()
            await aside.give_way()
            told.append("two")

    going_on, come_in = asyncio.Event(), asyncio.Event()
    working = asyncio.create_task(work())
    await going_on.wait()
    async with all_.first():
        come_in.set()
        await asyncio.sleep(0.02)
        told.append("first")
    await working
    assert told == ["one", "first", "two"]

    monkeypatch.setattr(turns, "GIVE_WAY_S", 0.01)
    async with all_.first(), asyncio.timeout(10):
        await all_.aside().give_way()  # whoever is waited for may wait for us


async def test_of_many_steps_the_patience_is_one() -> None:
    all_ = Turns()
    aside, began = all_.aside(), time.monotonic()

    async with all_.first(), asyncio.timeout(10):
        for _ in range(1_000):
            await aside.give_way()

    assert time.monotonic() - began >= PATIENCE_S
