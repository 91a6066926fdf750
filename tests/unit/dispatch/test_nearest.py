"""Matching to the nearest alone costs what the whole matrix costs, and says where it may not."""

from dataclasses import replace

import numpy as np
import pytest

from beaconfire_dispatch.domain.engine.matching import Pairs, decide, match
from beaconfire_dispatch.domain.engine.nearest import NEAREST, greedily, match_nearest
from beaconfire_dispatch.domain.engine.pricing import costs, unmet_of
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

KINDS = ("engine", "ladder", "medic", "rescue")


def a_city(seed: int, units: int, incidents: int) -> Situation:
    """Units and incidents strewn over a square, some asking for several of a kind."""
    chance = np.random.default_rng(seed)
    at = chance.uniform(0, 1_800, (units, 2))
    goals = chance.uniform(0, 1_800, (incidents, 2))
    slots = [
        Slot(f"{one:05d}", KINDS[int(chance.integers(4))], int(chance.integers(1, 5)), 0.0, 480.0)
        for one in range(incidents)
        for _ in range(int(chance.integers(1, 4)))
    ]
    free = tuple(
        Free(f"{one:05d}", str(one), frozenset({KINDS[one % 4], KINDS[one % 3]}), 0.0, 60.0)
        for one in range(units)
    )
    of = [int(slot.incident_id) for slot in slots]
    road_s = np.abs(at[:, None, :] - goals[None, of, :]).sum(axis=2)
    return Situation(tuple(slots), free, road_s, "road", np.zeros((units, 0)))


def price(situation: Situation, pairs: Pairs) -> int:
    real, unmet = costs(situation), unmet_of(situation.slots)
    return sum(
        int(real[row, pairs[row]]) if row in pairs else int(unmet[row])
        for row in range(len(situation.slots))
    )


@pytest.mark.parametrize("seed", range(4))
def test_among_the_nearest_is_the_optimum_of_all(seed: int) -> None:
    situation = a_city(seed, 320, 40)

    pairs, is_whole = match_nearest(situation)

    assert not is_whole
    assert price(situation, pairs) == price(situation, match(situation))


@pytest.mark.parametrize("seed", range(4))
def test_where_too_few_are_near_more_are_looked_at(seed: int) -> None:
    situation = a_city(seed, 90, 80)

    pairs, _ = match_nearest(situation)

    assert price(situation, pairs) == price(situation, match(situation))


def test_who_is_kept_for_an_incident_is_among_its_nearest_however_far() -> None:
    situation = a_city(1, 4 * NEAREST + 40, 2)
    first = situation.slots[0]
    far = max(
        (at for at, one in enumerate(situation.units) if first.capability in one.capabilities),
        key=lambda at: situation.road_s[at, 0],
    )
    units = list(situation.units)
    units[far] = replace(units[far], pinned_to=first.incident_id)

    pairs, _ = match_nearest(replace(situation, units=tuple(units)))

    assert far in {
        at for row, at in pairs.items() if situation.slots[row].capability == first.capability
    }


def test_a_large_picture_is_decided_among_the_nearest_and_says_so() -> None:
    decided = decide(a_city(3, 1_200, 300))

    assert decided.steps == ("nearest_only",)
    assert len(decided.pairs) > 500


def test_greedily_the_most_urgent_and_oldest_come_first() -> None:
    slots = (
        Slot("young", "engine", 1, 0.0, 480.0),
        Slot("old", "engine", 1, 60.0, 480.0),
        Slot("low", "engine", 4, 900.0, 480.0),
    )
    units = tuple(Free(one, one, frozenset({"engine"}), 0.0, 60.0) for one in "ab")
    roads = np.array([[10.0, 10.0, 10.0], [99.0, 99.0, 99.0]])

    assert greedily(Situation(slots, units, roads, "road", np.zeros((2, 0)))) == {1: 0, 0: 1}
