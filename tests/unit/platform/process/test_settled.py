"""A process that has started collects less, and is as it was before once it ends."""

import asyncio
import gc
import sys

import pytest

from beaconfire_platform.process import settled as settled_module
from beaconfire_platform.process.settled import COLLECT_AFTER, SWITCH_S, TIDY_AFTER, settled
from beaconfire_platform.turns import Turns


async def test_what_start_up_made_is_not_walked_again_until_the_end() -> None:
    before = gc.get_threshold(), sys.getswitchinterval()

    async with settled(Turns()):
        during = gc.get_threshold(), round(sys.getswitchinterval(), 6), gc.get_freeze_count() > 0

    assert during == (COLLECT_AFTER, SWITCH_S, True)
    assert (gc.get_threshold(), sys.getswitchinterval(), gc.get_freeze_count()) == (*before, 0)


class Ring:
    """Garbage that only a collection finds."""

    def __init__(self) -> None:
        self.me = self


async def test_what_is_new_is_collected_between_two_turns_and_not_while_somebody_waits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(settled_module, "LOOK_EVERY_S", 0.001)
    collected: list[bool] = []
    turns = Turns()

    def saw(phase: str, _info: dict[str, int]) -> None:
        if phase == "start":
            collected.append(turns.is_waited_for)

    async with settled(turns):
        gc.callbacks.append(saw)
        try:
            async with turns.first():
                kept = [Ring() for _ in range(TIDY_AFTER + 1)]
                await asyncio.sleep(0.02)
            kept.clear()
            for _ in range(500):
                await asyncio.sleep(0.01)
                if collected:
                    break
        finally:
            gc.callbacks.remove(saw)

    assert collected
    assert not any(collected)
