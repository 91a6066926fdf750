"""The bound is never above what the best of all plans reaches, found by trying them all."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pytest

from beaconfire.city.folder import City, CityCall, Site
from beaconfire.city.offline import CALLS_MAX, TooManyCalls, bound_of_rep, least, links_of
from beaconfire.city.trips import CityRoads

HOLDS_S = (0.0, 40.0, 150.0)
"""How long a plan lets a unit stand at its station though its call is known."""


def some_calls(city: City, seed: int, count: int) -> list[CityCall]:
    """Calls so close together that units are short."""
    chance = random.Random(seed)
    drawn = chance.sample(city.of_rep(1), count)
    at_s = sorted(chance.uniform(0, 900) for _ in drawn)
    return [
        replace(one, number=number, at_s=at, on_scene_s=chance.uniform(30, 600), handover_s=60.0)
        for number, (one, at) in enumerate(zip(drawn, at_s, strict=True))
    ]


class Plans:
    """Every plan of the kind that is bounded: who answers what, in which order, by which way."""

    def __init__(self, city: City, roads: CityRoads, calls: Sequence[CityCall]) -> None:
        self._city, self._roads, self._calls = city, roads, calls

    def all(self) -> Iterator[list[float]]:
        """The responses of each plan."""
        fleet = range(len(self._city.homes))
        for owners in product(fleet, repeat=len(self._calls)):
            of_unit = [
                permutations(at for at, one in enumerate(owners) if one == unit) for unit in fleet
            ]
            for orders in product(*of_unit):
                served = [
                    list(self._played(home, order, first=True))
                    for home, order in zip(self._city.homes, orders, strict=True)
                ]
                for together in product(*served):
                    found = {at: one for part in together for at, one in part.items()}
                    yield [found[at] for at in range(len(self._calls))]

    def _played(
        self, home: int, order: Sequence[int], *, first: bool
    ) -> Iterator[dict[int, float]]:
        site = self._city.stations[home]
        yield from self._rest(site, 0.0, list(order), is_at_station=first)

    def _rest(
        self, site: Site, free_s: float, order: list[int], *, is_at_station: bool
    ) -> Iterator[dict[int, float]]:
        """One unit's calls in order: straight on, or by way of each station and each wait."""
        if not order:
            yield {}
            return
        at, *later = order
        call = self._calls[at]
        known_s = call.at_s + self._city.parameters.dispatch_delay_s
        leaves: list[tuple[Site, float]] = []
        if free_s >= known_s:
            leaves.append((site, free_s))
        for station in self._city.stations:
            there_s = free_s + (
                0.0 if is_at_station and station == site else self._regular(site, station)
            )
            leaves += [(station, max(there_s, known_s) + hold) for hold in HOLDS_S]
        for start, left_s in leaves:
            mode = self._city.parameters.mode[call.priority]
            spot = self._roads.leaving(start, mode)
            reached_s = left_s + float(self._roads.seconds([spot], [call.site], mode)[0, 0])
            freed, freed_s = call.site, reached_s + call.on_scene_s
            if call.is_transported:
                freed = self._city.hospitals[self._roads.nearest_hospital(call.site)]
                freed_s += self._regular(call.site, freed) + call.handover_s
            for rest in self._rest(freed, freed_s, later, is_at_station=False):
                yield {at: reached_s - call.at_s, **rest}

    def _regular(self, start: Site, goal: Site) -> float:
        spot = self._roads.leaving(start, "regular")
        return float(self._roads.seconds([spot], [goal], "regular")[0, 0])


@pytest.mark.parametrize("seed", range(6))
def test_no_plan_at_all_beats_the_bound(city: City, roads: CityRoads, seed: int) -> None:
    small = replace(city, homes=(0, 1))
    calls = some_calls(small, seed, 3)
    at_s = np.array([one.at_s for one in calls])
    every = np.ones(len(calls), dtype=bool)
    links = links_of(small, roads, calls)
    plans = np.array(list(Plans(small, roads, calls).all()))

    for limit_s in (120.0, 200.0, 300.0, 480.0):
        late = least(links, at_s, lambda taken_s, limit_s=limit_s: taken_s > limit_s, every)
        assert late <= (plans > limit_s).mean(axis=1).min() + 1e-9
    mean_s = least(links, at_s, lambda taken_s: np.minimum(taken_s, 1e7), every)
    assert mean_s <= plans.mean(axis=1).min() + 1e-3


def test_it_is_reached_where_there_are_units_enough(city: City, roads: CityRoads) -> None:
    calls = some_calls(city, 1, 1)
    at_s = np.array([one.at_s for one in calls])
    every = np.ones(1, dtype=bool)

    links = links_of(city, roads, calls)
    best = min(plan[0] for plan in Plans(city, roads, calls).all())

    assert least(links, at_s, lambda taken_s: taken_s, every) == pytest.approx(best, abs=1e-3)


def test_one_unit_that_is_short_shows_in_the_bound(city: City, roads: CityRoads) -> None:
    calls = [replace(one, at_s=100.0 * at, number=at) for at, one in enumerate(city.of_rep(1)[:12])]

    few = bound_of_rep(replace(city, homes=(0,)), roads, calls)
    many = bound_of_rep(replace(city, homes=(0, 1) * 6), roads, calls)

    assert few["mean_s"] > many["mean_s"] + 100
    assert few["on_time_pct"] < many["on_time_pct"]


def test_too_long_a_repetition_is_refused(city: City, roads: CityRoads) -> None:
    with pytest.raises(TooManyCalls, match="8000 at most"):
        bound_of_rep(city, roads, city.of_rep(1)[:1] * (CALLS_MAX + 1))
