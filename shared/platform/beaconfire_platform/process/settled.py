"""Once a process has started: its collector and its threads give way to what people wait for."""

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

COLLECT_AFTER: Final = (5_000, 5, 400)
"""New objects per young collection, and younger ones per older: a full walk over what has been
told since the start stands in everybody's way, and finds next to nothing (gc.set_threshold)."""
SWITCH_S: Final = 0.0001
"""What is worked out beside the loop gives way this soon, not after 5 ms at every answer."""


@contextmanager
def settled() -> Generator[None]:
    """What start-up made lives as long as the process: the collector need not walk it ever again.

    A full collection over it stood in everybody's way for a tenth of a second, every few seconds.
    """
    threshold, switch_s = gc.get_threshold(), sys.getswitchinterval()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_S)
    try:
        yield
    finally:
        sys.setswitchinterval(switch_s)
        gc.set_threshold(*threshold)
        gc.unfreeze()
