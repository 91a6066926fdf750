"""The doorbell wakes all who wait, and nobody waits for ever."""

import asyncio

from beaconfire_platform.doorbell import Doorbell


async def test_a_ring_wakes_every_waiter() -> None:
    bell = Doorbell()
    waiting = [asyncio.create_task(bell.wait(30)) for _ in range(3)]
    await asyncio.sleep(0)

    bell.ring()

    await asyncio.wait_for(asyncio.gather(*waiting), 5)


async def test_a_ring_before_the_waiting_does_not_count() -> None:
    bell = Doorbell()
    bell.ring()
    waiting = asyncio.create_task(bell.wait(30))

    await asyncio.sleep(0.01)

    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_ring_while_the_reader_was_looking_counts() -> None:
    bell = Doorbell()
    before = bell.rings
    bell.ring()

    await asyncio.wait_for(bell.wait(30, since=before), 5)


async def test_what_was_heard_before_the_reader_looked_does_not_count() -> None:
    bell = Doorbell()
    bell.ring()
    waiting = asyncio.create_task(bell.wait(30, since=bell.rings))

    await asyncio.sleep(0.01)

    assert not waiting.done()
    bell.ring()
    await asyncio.wait_for(waiting, 5)


async def test_waiting_ends_by_itself() -> None:
    await asyncio.wait_for(Doorbell().wait(0.01), 5)


async def test_the_end_of_a_transaction_that_told_nothing_wakes_nobody() -> None:
    bell = Doorbell()
    waiting = asyncio.create_task(bell.wait(30, since=bell.rings))
    await asyncio.sleep(0)

    bell.ended()
    await asyncio.sleep(0.01)

    assert not waiting.done()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_but_whoever_waits_behind_it() -> None:
    bell = Doorbell()
    bell.wake_at_end(since=bell.ends)
    waiting = asyncio.create_task(bell.wait(30, since=bell.rings))
    await asyncio.sleep(0)

    bell.ended()

    await asyncio.wait_for(waiting, 5)


async def test_an_end_while_the_reader_was_looking_counts() -> None:
    bell = Doorbell()
    rings, ends = bell.rings, bell.ends
    bell.ended()
    bell.wake_at_end(since=ends)

    await asyncio.wait_for(bell.wait(30, since=rings), 5)


async def test_a_neighbour_hears_of_every_end() -> None:
    bell = Doorbell()
    waiting = asyncio.create_task(bell.wait_own(30, since=bell.ends))
    await asyncio.sleep(0)

    bell.ended()

    await asyncio.wait_for(waiting, 5)
