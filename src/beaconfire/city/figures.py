"""What a policy reached: figures of each repetition, and of all with their intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import t as student

from beaconfire.city.folder import CityCall, Parameters
from beaconfire.city.simulator import Books, Response

DAY_S: Final = 86_400.0
WARM_UP_S: Final = DAY_S
"""The first day of a repetition fills the streets and is not counted; of one that is shorter than
two days, the first half."""
EIGHT_MINUTES_S: Final = 480.0
HIGH: Final = 1
WORDS: Final = ((1, "high"), (2, "medium"), (3, "low"))
CONFIDENCE: Final = 0.95
AREA_CALLS_MIN: Final = 30
"""Of fewer calls a ninetieth percentile says nothing."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over repetitions and half the width of its interval of 95 % (指标)."""

    mean: float
    half: float


def counted_from_s(calls: Sequence[CityCall]) -> float:
    """From when on the calls of a repetition are counted."""
    times_s = [one.at_s for one in calls]
    began_s = min(times_s) // DAY_S * DAY_S
    return began_s + min(WARM_UP_S, (max(times_s) - began_s) / 2)


def of_rep(
    responses: Sequence[Response],
    told: Parameters,
    books: Books,
    areas: Mapping[int, int],
    unanswered: int = 0,
) -> dict[str, float]:
    """The figures of one repetition; `areas` says in which each node lies.

    Who was never reached is late, and has no response time that could be averaged.
    """
    counted = [one for one in responses if one.call.at_s >= books.from_s]
    seconds = np.array([one.response_s for one in counted])
    priority = np.array([one.call.priority for one in counted])
    target_s = np.array([told.target_s[one.call.priority] for one in counted])
    days = max((max(one.call.at_s for one in counted) - books.from_s) / DAY_S, 1e-9)
    found = {
        "on_time_pct": 100.0 * float((seconds <= target_s).sum()) / (len(counted) + unanswered),
        "mean_s": float(seconds.mean()),
        "median_s": float(np.median(seconds)),
        "p90_s": float(np.quantile(seconds, 0.9)),
        "worst_area_p90_s": _worst_p90(seconds, [areas[one.call.site.node] for one in counted]),
        "workload_gini": gini(books.worked_s),
        "empty_km_per_day": books.empty_km / days,
        "diversions_per_day": sum(one.diversions for one in counted) / days,
        "lost_twice_pct": 100.0 * sum(one.losses > 1 for one in counted) / len(counted),
        "stand_downs_per_day": sum(one.stand_downs for one in counted) / days,
        "moves_per_day": books.moves / days,
        "unanswered": float(unanswered),
    }
    return found | _by_priority(seconds, priority)


def _by_priority(seconds: np.ndarray, priority: np.ndarray) -> dict[str, float]:
    """Of each priority that there is."""
    found: dict[str, float] = {}
    for one, word in WORDS:
        if (mine := seconds[priority == one]).size:
            found[f"{word}_mean_s"] = float(mine.mean())
    if (high := seconds[priority == HIGH]).size:
        found["high_within_8min_pct"] = 100.0 * float((high <= EIGHT_MINUTES_S).mean())
        found["high_p90_s"] = float(np.quantile(high, 0.9))
    return found


def _worst_p90(seconds: np.ndarray, areas: Sequence[int]) -> float:
    """The ninetieth percentile of the area in which it is longest; of all where all are small."""
    mine = [seconds[np.array(areas) == one] for one in sorted(set(areas))]
    large = [one for one in mine if one.size >= AREA_CALLS_MIN] or [seconds]
    return max(float(np.quantile(one, 0.9)) for one in large)


def gini(loads: Sequence[float]) -> float:
    """How unevenly work is spread: 0 when all have the same, towards 1 when one has all."""
    ordered = np.sort(np.array(loads))
    total, count = float(ordered.sum()), len(ordered)
    if total <= 0:
        return 0.0
    return float(2 * (np.arange(1, count + 1) @ ordered) / (count * total) - (count + 1) / count)


def over_reps(reps: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """Each figure over the repetitions that have it; with one alone the interval is not known."""
    names = dict.fromkeys(name for one in reps for name in one)
    return {name: _figure([one[name] for one in reps if name in one]) for name in names}


def paired(
    ours: Sequence[Mapping[str, float]], theirs: Sequence[Mapping[str, float]]
) -> dict[str, Figure]:
    """Ours less theirs on the same calls, repetition by repetition."""
    return over_reps([
        {name: one[name] - other[name] for name in one if name in other}
        for one, other in zip(ours, theirs, strict=True)
    ])  # fmt: skip


def _figure(values: Sequence[float]) -> Figure:
    count = len(values)
    if count < 2:
        return Figure(float(values[0]), float("nan"))
    quantile = float(student.ppf((1 + CONFIDENCE) / 2, count - 1))
    return Figure(
        float(np.mean(values)), quantile * float(np.std(values, ddof=1)) / float(np.sqrt(count))
    )
