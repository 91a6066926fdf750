"""What the closer unit would have cost the others is said in seconds and by whom."""

import numpy as np

from beaconfire_dispatch.domain.engine.counterfactual import Anew, instead
from beaconfire_dispatch.domain.engine.matching import decide, match
from beaconfire_dispatch.domain.engine.pricing import costs
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot


def a_situation(second: tuple[str, ...]) -> Situation:
    units = (
        Free("both", "BOTH", frozenset({"engine", "ladder"}), 0.0, 60.0),
        Free("plain", "PLAIN", frozenset(second), 0.0, 60.0),
    )
    slots = (Slot("i", "engine", 1, 0.0, 480.0), Slot("j", "ladder", 1, 0.0, 480.0))
    roads = np.array([[60.0, 60.0], [100.0, 400.0]])
    return Situation(slots, units, roads, "road", np.zeros((2, 0)))


def anew_of(situation: Situation) -> Anew:
    return lambda prices: decide(situation, prices, is_searched=False)


def test_who_would_get_nobody_is_named() -> None:
    situation = a_situation(("engine",))
    pairs = match(situation)

    told = instead(situation, costs(situation), pairs, (0, 0), anew_of(situation))

    assert pairs == {0: 1, 1: 0}
    assert told["then_late_id"] == "j"
    assert told["then_unmet"] is True
    assert told["then_dearer_by"] > 1_000


def test_who_would_wait_longer_is_named_with_the_seconds() -> None:
    situation = a_situation(("engine", "ladder"))
    pairs = match(situation)

    told = instead(situation, costs(situation), pairs, (0, 0), anew_of(situation))

    assert told["then_late_id"] == "j"
    assert told["then_late_by_s"] == 340.0
