"""Once a process has started: its collector and its threads give way to what people wait for."""

import asyncio
import gc
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from beaconfire_platform.turns import Turns

COLLECT_AFTER: Final = (20_000, 5, 400)
"""New objects per young collection, and younger ones per older, wherever it then strikes: while
many are at work, and few moments are free (gc.set_threshold)."""
LOOK_EVERY_S: Final = 0.1
TIDY_AFTER: Final = 500
"""New objects that are worth a look between two turns: a third of a millisecond."""
OLDER_EVERY: Final = 10
"""Young collections per one of the middle generation: 2 ms, every two seconds or so."""
ALL_EVERY: Final = 16_000
"""Young collections per walk over all that came since the start, which finds next to nothing: every
half hour at the most."""
SWITCH_S: Final = 0.0001
"""What is worked out beside the loop gives way this soon, not after 5 ms at every answer."""


@asynccontextmanager
async def settled(turns: Turns) -> AsyncGenerator[None]:
    """What start-up made lives as long as the process: the collector need not walk it ever again.

    A full collection over it stood in everybody's way for a tenth of a second, every few seconds.
    What came since is walked when nobody is at work; left to itself the collector strikes while
    objects are made, which is always while somebody waits.
    """
    threshold, switch_s = gc.get_threshold(), sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
    tidying = asyncio.create_task(_tidy_forever(turns))
    try:
        yield
    finally:
        tidying.cancel()
        sys.setswitchinterval(switch_s)
        gc.set_threshold(*threshold)
        gc.unfreeze()


async def _tidy_forever(turns: Turns) -> None:
    """Collect in between, while few are new."""
    young = 0
    while True:
        await asyncio.sleep(LOOK_EVERY_S)
        if gc.get_count()[0] < TIDY_AFTER:
            continue
        async with turns.later():
            young += 1
            gc.collect(2 if young % ALL_EVERY == 0 else 1 if young % OLDER_EVERY == 0 else 0)
