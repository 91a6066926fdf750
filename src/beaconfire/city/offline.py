"""What nobody can beat who sends from standing places: a bound with all calls known beforehand.

It bounds every plan, however clever, of this kind: a unit sets out for a call once that is known;
who is freed (at a hospital or on scene) sets out at once, for such a call or for a station, where
it may wait as long as the plan likes; nobody is called back on the way there, nobody turned round.

Each call's unit comes from one earlier call or from its first home, and from each of those comes
one call at most: an assignment. A link's price is the soonest arrival there can be. A link straight
from where a unit was freed, to a call that was not known when it could have been freed at the
soonest, costs its first call as well: that was reached later. A call's own response is at least
what its link says and at least what its successor's says, hence at least any mixture of both; each
mixture gives a bound, and the best of some is taken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from beaconfire.city.figures import EIGHT_MINUTES_S, HIGH, counted_from_s
from beaconfire.city.folder import City, CityCall, Site
from beaconfire.city.trips import CityRoads

ROUNDS: Final = 3
"""How often the soonest arrivals are reckoned from the soonest arrivals: each time less too low."""
SHARES: Final = (0.0, 0.05, 0.1, 0.2, 0.35)
"""Of what a call's successor says of its response, in a mixture; each gives a true bound."""
FAR_S: Final = 1e7
"""Where no road leads: a number, as an assignment needs one."""
CALLS_MAX: Final = 8_000
"""The square of all calls of a repetition in memory: half a gigabyte."""


class TooManyCalls(ValueError):  # noqa: N818  (told to people as it is)
    """A repetition is too long for one assignment."""


@dataclass(frozen=True, slots=True)
class _Day:
    """A repetition in arrays (一次重复)."""

    known_s: np.ndarray
    service_s: np.ndarray
    """From arrival to being free again."""
    straight_s: np.ndarray
    """From where each unit is freed, or at home (row), to each call (column)."""
    from_stations_s: np.ndarray
    to_stations_s: np.ndarray


@dataclass(frozen=True, slots=True)
class Links:
    """From each call, and after them each unit's first home (row), to each call (column) (衔接)."""

    reached_s: np.ndarray
    """The soonest that anybody can reach each call."""
    by_station_s: np.ndarray
    """When it is reached by way of a station."""
    straight_s: np.ndarray
    """When it is reached straight from where the unit was freed."""
    held_s: np.ndarray
    """By how much the first call was reached later than at the soonest, if straight."""


def bound_of_rep(city: City, roads: CityRoads, calls: Sequence[CityCall]) -> dict[str, float]:
    """The best that each figure can be, each for itself: no one plan need reach them all."""
    if len(calls) > CALLS_MAX:
        raise TooManyCalls(f"{len(calls)} calls in a repetition, {CALLS_MAX} at most")
    links = links_of(city, roads, calls)
    at_s = np.array([one.at_s for one in calls])
    priority = np.array([one.priority for one in calls])
    target_s = np.array([city.parameters.target_s[one.priority] for one in calls])
    counted = at_s >= counted_from_s(calls)
    high = counted & (priority == HIGH)

    def late(limit_s: np.ndarray, of: np.ndarray) -> float:
        return least(links, at_s, lambda taken_s: taken_s > limit_s, of)

    found = {
        "on_time_pct": 100.0 * (1.0 - late(target_s, counted)),
        "mean_s": least(links, at_s, lambda taken_s: np.minimum(taken_s, FAR_S), counted),
    }
    if high.any():
        eight = np.full(len(calls), EIGHT_MINUTES_S)
        found["high_within_8min_pct"] = 100.0 * (1.0 - late(eight, high))
    return found


def least(
    links: Links, at_s: np.ndarray, price: Callable[[np.ndarray], np.ndarray], of: np.ndarray
) -> float:
    """The least mean price of some calls; `price` is of responses, and grows with them."""
    count = len(at_s)
    soonest = links.reached_s - at_s
    base = np.where(of, price(soonest), 0.0)
    by_station = np.where(of, price(links.by_station_s - at_s), 0.0)
    straight = np.where(of, price(links.straight_s - at_s), 0.0)
    held = np.zeros_like(straight)
    held[:count] = _of_first(soonest[:, None] + links.held_s[:count], price) - base[:, None]
    held[:count][~of] = 0.0
    best = 0.0
    for share in SHARES:
        mixed = np.minimum((1 - share) * by_station, (1 - share) * straight + share * held)
        rows, columns = linear_sum_assignment(mixed)
        total = float(mixed[rows, columns].sum()) + share * float(base.sum())
        best = max(best, total / int(of.sum()))
    return best


def _of_first(taken_s: np.ndarray, price: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The price of each row's own call, for each column's link."""
    return price(taken_s.T).T


def links_of(city: City, roads: CityRoads, calls: Sequence[CityCall]) -> Links:
    """All links; predecessors are all calls, then all units at home at the beginning."""
    day = _day_of(city, roads, calls)
    count = len(calls)
    reached_s = day.known_s
    by_station_s = straight_s = held_s = np.zeros((0, 0))
    for _ in range(ROUNDS):
        free_s = np.concatenate((reached_s + day.service_s, np.zeros(len(city.homes))))
        leaves_s = np.maximum(free_s[:, None], day.known_s[None, :])
        straight_s = leaves_s + day.straight_s
        held_s = leaves_s - free_s[:, None]
        by_station_s = _by_station(free_s, day)
        own = np.arange(count)
        by_station_s[own, own] = straight_s[own, own] = np.inf
        soonest_s = np.minimum(by_station_s, straight_s).min(axis=0)
        reached_s = np.maximum(reached_s, soonest_s)
    return Links(reached_s, by_station_s, straight_s, held_s)


def _by_station(free_s: np.ndarray, day: _Day) -> np.ndarray:
    """By the station from which each call is then reached at the soonest."""
    best = np.full((len(free_s), len(day.known_s)), np.inf)
    for station, to_call_s in enumerate(day.from_stations_s):
        there_s = free_s + day.to_stations_s[:, station]
        leaves_s = np.maximum(there_s[:, None], day.known_s[None, :])
        np.minimum(best, leaves_s + to_call_s[None, :], out=best)
    return best


def _day_of(city: City, roads: CityRoads, calls: Sequence[CityCall]) -> _Day:
    freed, service_s = zip(*(_freed(city, roads, one) for one in calls), strict=True)
    stations = list(city.stations)
    starts = [*freed, *(city.stations[one] for one in city.homes)]
    to_stations_s = _to_sites(roads, starts, stations)
    to_stations_s[np.arange(len(calls), len(starts)), list(city.homes)] = 0.0
    return _Day(
        np.array([one.at_s for one in calls]) + city.parameters.dispatch_delay_s,
        np.array(service_s),
        _to_calls(city, roads, starts, calls),
        _to_calls(city, roads, stations, calls),
        to_stations_s,
    )


def _freed(city: City, roads: CityRoads, call: CityCall) -> tuple[Site, float]:
    """Where a call's unit is freed, and how long after its arrival."""
    if not call.is_transported:
        return call.site, call.on_scene_s
    hospital = city.hospitals[roads.nearest_hospital(call.site)]
    way_s = float(_to_sites(roads, [call.site], [hospital])[0, 0])
    return hospital, call.on_scene_s + way_s + call.handover_s


def _to_sites(roads: CityRoads, starts: list[Site], goals: list[Site]) -> np.ndarray:
    return roads.seconds([roads.leaving(one, "regular") for one in starts], goals, "regular")


def _to_calls(
    city: City, roads: CityRoads, starts: list[Site], calls: Sequence[CityCall]
) -> np.ndarray:
    """Each call in its own mode."""
    found = np.full((len(starts), len(calls)), np.inf)
    modes = np.array([city.parameters.mode[one.priority] for one in calls])
    for mode in sorted(set(modes.tolist())):
        places = np.flatnonzero(modes == mode)
        spots = [roads.leaving(one, mode) for one in starts]
        found[:, places] = roads.seconds(spots, [calls[one].site for one in places.tolist()], mode)
    return found
