"""A pace is held by who does not wait for answers, and seen not to be held by who is slow."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from tests.integration.deploy.paced import Pace, paced

EVERY_S = 0.02
LONG_S = 2.5


async def for_a_while(call: Callable[[], Awaitable[None]]) -> Pace:
    ended = asyncio.Event()
    asyncio.get_running_loop().call_later(LONG_S, ended.set)
    return await paced(call, EVERY_S, ended)


async def test_who_is_answered_late_holds_up_nobody() -> None:
    async def call() -> None:
        await asyncio.sleep(LONG_S)

    pace = await for_a_while(call)

    assert pace.held >= 0.95
    assert pace.told >= 0.95 * LONG_S / EVERY_S


async def test_a_client_that_is_slow_is_seen_not_to_hold_its_pace() -> None:
    async def call() -> None:
        time.sleep(3 * EVERY_S)  # noqa: ASYNC251  (it blocks everybody: that is the fault)

    pace = await for_a_while(call)

    assert pace.held < 0.95
