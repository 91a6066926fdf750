"""`beaconfire bench dispatch`: a city's calls answered by each policy, as a table or JSON lines."""

import argparse
import math
import re
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from beaconfire.city.folder import BadCity, City, read_city
from beaconfire.city.judging import BASELINE, OFFLINE, POLICIES, Judged, judge
from beaconfire.city.limits import ETA_NOISE, RETASK_S, Span
from beaconfire.city.offline import TooManyCalls
from beaconfire.city.road_table import TooManyJunctions
from beaconfire.city.scene import Conditions
from beaconfire.city.trips import CityRoads

SHOWN: Final = (
    "on_time_pct", "high_within_8min_pct", "mean_s", "p90_s", "high_mean_s", "medium_mean_s",
    "low_mean_s", "worst_area_p90_s", "workload_gini", "empty_km_per_day", "diversions_per_day",
    "stand_downs_per_day", "moves_per_day", "unanswered",
)  # fmt: skip
DIGITS: Final = {"workload_gini": 3}
"""After the point, where one is too few."""
_SPANS: Final = re.compile(r"\d{1,6}(-\d{1,6})?(,\d{1,6}(-\d{1,6})?)*")
EXIT_REFUSED: Final = 2


def main(given: Sequence[str] | None = None) -> int:
    """Judge the policies that were asked for."""
    asked = _asked(given)
    policies = asked.policy or ["A", "B", "C", "ours"]
    try:
        city = read_city(asked.city)
        _say(f"{city.name}: {len(city.lon)} nodes, {len(city.stations)} stations, "
             f"{len(city.homes)} units, {len(city.calls)} calls")  # fmt: skip
        reps = _reps(asked.reps, city)
        judged = _judged(asked, city, reps, policies)
    except (BadCity, TooManyJunctions, TooManyCalls) as error:
        sys.stderr.write(f"beaconfire bench dispatch: {error}\n")
        return EXIT_REFUSED
    if not asked.json:
        Console().print(_table(city.name, judged))
    return 0


def _judged(
    asked: argparse.Namespace, city: City, reps: Sequence[int], policies: Sequence[str]
) -> list[Judged]:
    """All policies; for machines each is told as soon as it is known."""
    conditions = Conditions(asked.eta_noise, asked.retask_delay, asked.seed)
    judged: list[Judged] = []
    roads = CityRoads(city)
    progress = Progress(len({BASELINE, *policies}) * len(reps))
    for one in judge(city, roads, policies, reps, conditions, progress.tell):
        judged.append(one)
        if asked.json:
            sys.stdout.write(f"{one.line(city.name)}\n")
            sys.stdout.flush()
    return judged


def _asked(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("beaconfire bench dispatch", description=__doc__)
    parser.add_argument("--city", type=Path, required=True, help="its folder: docs/your-city.md")
    parser.add_argument("--policy", action="append", choices=[*sorted(POLICIES), OFFLINE])
    parser.add_argument("--reps", default="", help="such as 6-10 or 1,3; all if left out")
    parser.add_argument("--seed", type=_seed, default=1, help="of the noise")
    parser.add_argument(
        "--eta-noise", type=partial(_within, ETA_NOISE), default=0.0, help="sigma, such as 0.2"
    )
    parser.add_argument(
        "--retask-delay", type=partial(_within, RETASK_S), default=0.0, help="seconds, such as 10"
    )
    parser.add_argument("--json", action="store_true", help="one line a policy")
    return parser.parse_args(given)


def _seed(told: str) -> int:
    if not told.isdecimal():
        raise argparse.ArgumentTypeError(f"{told}: a whole number, 0 at least")
    return int(told)


def _within(limits: Span, told: str) -> float:
    try:
        return limits.read("", told)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{told}: a number, {limits}") from error


def _reps(asked: str, city: City) -> list[int]:
    """Which repetitions: `6-10`, `1,3` or all; BadCity when the city has no such."""
    if asked and not _SPANS.fullmatch(asked):
        raise BadCity(f"--reps {asked}: such as 6-10 or 1,3")
    spans = [[int(one) for one in part.split("-")] for part in asked.split(",") if part]
    wanted = [rep for span in spans for rep in range(span[0], span[-1] + 1)]
    if len(wanted) < len(spans):
        raise BadCity(f"--reps {asked}: such as 6-10 or 1,3")
    wanted = wanted or list(city.reps)
    if set(wanted) - set(city.reps):
        raise BadCity(f"--reps {asked}: the city has {', '.join(map(str, city.reps))}")
    return wanted


class Progress:
    """How far it is: a run of all policies takes from minutes to an hour."""

    def __init__(self, rounds: int) -> None:
        """So many repetitions of policies are to be played."""
        self._rounds, self._played = rounds, 0
        self._began = time.perf_counter()

    def tell(self, policy: str, rep: int) -> None:
        """Before each repetition of a policy."""
        taken_s = time.perf_counter() - self._began
        left = ""
        if self._played:
            left_s = taken_s / self._played * (self._rounds - self._played)
            left = f", some {left_s:.0f} s to go"
        self._played += 1
        _say(f"{policy}: repetition {rep} ({self._played} of {self._rounds}) "
             f"after {taken_s:.0f} s{left}")  # fmt: skip


def _say(line: str) -> None:
    """To whoever waits, beside what is asked for."""
    sys.stderr.write(f"\r\x1b[K{line}" if sys.stderr.isatty() else f"{line}\n")
    sys.stderr.flush()


def _table(city: str, judged: Sequence[Judged]) -> Table:
    table = Table(title=f"{city}: repetitions played: {judged[0].reps}; ± 95 %; in brackets less B")
    table.add_column("figure")
    for one in judged:
        table.add_column(one.policy, justify="right")
    for name in SHOWN:
        if any(name in one.figures for one in judged):
            table.add_row(name, *(_shown(one, name) for one in judged))
    return table


def _shown(one: Judged, name: str) -> str:
    figure, less = one.figures.get(name), one.against.get(name)
    if figure is None:
        return "-"
    digits = DIGITS.get(name, 1)
    told = _spread(f"{figure.mean:.{digits}f}", figure.half, digits)
    if less is None:
        return told
    return f"{told} ({_spread(f'{less.mean:+.{digits}f}', less.half, digits)})"


def _spread(mean: str, half: float, digits: int) -> str:
    """With its interval, which one repetition alone has not."""
    return mean if math.isnan(half) else f"{mean} ± {half:.{digits}f}"


if __name__ == "__main__":
    raise SystemExit(main())
