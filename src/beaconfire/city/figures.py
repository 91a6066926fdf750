"""What a policy reached: figures of each repetition, and of all with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.stats import t as student

from beaconfire.city.folder import Parameters
from beaconfire.city.simulator import Response

WARM_UP_S: Final = 86_400.0
"""The first day of a repetition fills the streets and is not counted."""
DAY_S: Final = 86_400.0
EIGHT_MINUTES_S: Final = 480.0
HIGH: Final = 1
CONFIDENCE: Final = 0.95


@dataclass(frozen=True, slots=True)
class Figure:
    """A mean over repetitions and half the width of its interval of 95 % (指标)."""

    mean: float
    half: float


def of_rep(responses: Sequence[Response], told: Parameters) -> dict[str, float]:
    """The figures of one repetition, its first day left out."""
    counted = [one for one in responses if one.call.at_s >= WARM_UP_S]
    seconds = np.array([one.response_s for one in counted])
    priority = np.array([one.call.priority for one in counted])
    target_s = np.array([told.target_s[one.call.priority] for one in counted])
    days = len(counted) / told.calls_per_day
    high = seconds[priority == HIGH]
    found = {
        "on_time_pct": 100.0 * float((seconds <= target_s).mean()),
        "high_within_8min_pct": 100.0 * float((high <= EIGHT_MINUTES_S).mean()),
        "mean_s": float(seconds.mean()),
        "median_s": float(np.median(seconds)),
        "p90_s": float(np.quantile(seconds, 0.9)),
        "high_p90_s": float(np.quantile(high, 0.9)),
        "diversions_per_day": sum(one.diversions for one in counted) / days,
        "lost_twice_pct": 100.0 * sum(one.losses > 1 for one in counted) / len(counted),
        "stand_downs_per_day": sum(one.stand_downs for one in counted) / days,
    }
    for one, name in ((1, "high"), (2, "medium"), (3, "low")):
        if (priority == one).any():
            found[f"{name}_mean_s"] = float(seconds[priority == one].mean())
    return found


def over_reps(reps: Sequence[dict[str, float]]) -> dict[str, Figure]:
    """Each figure over repetitions; with one alone the interval is not known."""
    return {name: _figure([one[name] for one in reps]) for name in reps[0]}


def paired(
    ours: Sequence[dict[str, float]], theirs: Sequence[dict[str, float]]
) -> dict[str, Figure]:
    """Ours less theirs on the same calls, repetition by repetition."""
    return {
        name: _figure([one[name] - other[name] for one, other in zip(ours, theirs, strict=True)])
        for name in ours[0]
    }


def _figure(values: Sequence[float]) -> Figure:
    count = len(values)
    if count < 2:
        return Figure(float(values[0]), float("nan"))
    quantile = float(student.ppf((1 + CONFIDENCE) / 2, count - 1))
    return Figure(
        float(np.mean(values)), quantile * float(np.std(values, ddof=1)) / float(np.sqrt(count))
    )
