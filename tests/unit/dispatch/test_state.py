"""A situation is a value: nothing in it changes once the engine has it."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot


def test_what_the_engine_decides_on_does_not_change_under_it() -> None:
    slot = Slot("i", "engine", 1, 0.0, 480.0)
    unit = Free("u", "E1", frozenset({"engine"}), 0.0, 60.0)
    situation = Situation((slot,), (unit,), np.zeros((1, 1)), "road", np.zeros((1, 0)))

    assert situation.slots[0].capability in situation.units[0].capabilities
    with pytest.raises(FrozenInstanceError):
        situation.slots = ()  # pyright: ignore[reportAttributeAccessIssue]  (the point)
    with pytest.raises(FrozenInstanceError):
        slot.priority = 4  # pyright: ignore[reportAttributeAccessIssue]  (the point)
