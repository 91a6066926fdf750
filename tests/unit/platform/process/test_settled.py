"""A process that has started collects less, and is as it was before once it ends."""

import gc
import sys

from beaconfire_platform.process.settled import COLLECT_AFTER, SWITCH_S, settled


def test_what_start_up_made_is_not_walked_again_until_the_end() -> None:
    before = gc.get_threshold(), sys.getswitchinterval()

    with settled():
        during = gc.get_threshold(), round(sys.getswitchinterval(), 6), gc.get_freeze_count() > 0

    assert during == (COLLECT_AFTER, SWITCH_S, True)
    assert (gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()) == (*before, 0)
