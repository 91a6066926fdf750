"""`beaconfire bench surge`: many calls of one cell at once, answered jointly and one by one.

The calls and the times are true (Washington DC, with 28 calls that its authors added in one cell);
what each call takes is drawn, the same for every policy. The fleet is the same for all.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from rich.console import Console
from rich.table import Table

from beaconfire.city.ablations import Greedy
from beaconfire.city.closest import Closest, JemssDefault
from beaconfire.city.cover import cover_curves
from beaconfire.city.figures import Figure, over_reps, paired
from beaconfire.city.folder import BadCity, City, CityCall, Parameters, Site
from beaconfire.city.limits import line_of
from beaconfire.city.ours import Ours
from beaconfire.city.scene import Ambulance, Demand, Policy, Scene
from beaconfire.city.simulator import Response, Simulator
from beaconfire.city.timed_calls import TimedCalls, as_city, read_timed_calls, with_calls
from beaconfire.city.trips import CityRoads
from beaconfire_dispatch.domain.engine.standby import best_post

FLEET: Final = 30
"""As the authors of the calls had it."""
REPS: Final = 20
NEIGHBOURS_S: Final = 7_200.0
"""Whoever calls so long after the surge began waits for it too."""
TURNAROUND: Final = (3.65, 0.3)
"""Of the authors: log-normal minutes from the arrival to being free; the way to the nearest
hospital comes to it here. A third of it on scene, the rest at the hospital."""
ON_SCENE: Final = 1 / 3
MIXED: Final = {1: 0.57, 2: 0.245, 3: 0.185}
"""The calls have no priorities. These shares are those of JEMSS's Auckland; or all are high."""
SHARES: Final[dict[str, dict[int, float]]] = {"mixed": MIXED, "equal": {1: 1.0}}
TARGET_S: Final = {1: 480.0, 2: 480.0, 3: 1_200.0}
HIGH: Final = 1
GREEDY: Final = "greedy"
JOINT: Final = "joint"
POLICIES: Final[dict[str, Callable[[City, CityRoads], Policy]]] = {
    GREEDY: Greedy,
    JOINT: Ours,
    "closest": lambda city, _roads: Closest(city),
    "B": lambda city, _roads: JemssDefault(city),
    "joint-0": lambda city, roads: Ours(city, roads, diversions_max=0),
}
"""Greedy: the same prices, rights and standby places, the most urgent and oldest first; closest and
B are the field's; joint-0 turns nobody round."""
JUDGED: Final = ("total_s", "p90_s")
EXIT_REFUSED: Final = 2


class Watched:
    """A policy, and how often it left a high call waiting while a unit stood free."""

    def __init__(self, policy: Policy) -> None:
        """Nothing seen yet."""
        self._policy = policy
        self.name = policy.name
        self.left_waiting = 0

    def decide(self, scene: Scene) -> list[tuple[Ambulance, Demand]]:
        """What the policy decides, looked at."""
        sent = self._policy.decide(scene)
        answered = {id(to) for _, to in sent}
        gone = {id(one) for one, _ in sent}
        waits = any(one.call.priority == HIGH and id(one) not in answered for one in scene.waiting)
        self.left_waiting += waits and any(id(one) not in gone for one in scene.free)
        return sent

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """As the policy."""
        return self._policy.standby(scene, unit)

    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        """As the policy."""
        return self._policy.moves(scene)


@dataclass(frozen=True, slots=True)
class Judged:
    """A policy's figures, and the same less those of greedy on the same calls (评测)."""

    policy: str
    figures: dict[str, Figure]
    against: dict[str, Figure]

    def line(self, conditions: Mapping[str, object]) -> str:
        """As one line of JSON."""
        told: dict[str, object] = {"section": "surge", "policy": self.policy, **conditions}
        for end, figures in (("", self.figures), ("_less_greedy", self.against)):
            for name, one in figures.items():
                told[f"{name}{end}"] = round(one.mean, 3)
                told[f"{name}{end}_ci"] = round(one.half, 3)
        return line_of(told)


def judge(
    told: TimedCalls, policies: Sequence[str], fleet: int, reps: int, priorities: str
) -> Iterator[Judged]:
    """Each policy over all repetitions, beside greedy."""
    city, roads = placed(told, fleet)
    played: dict[str, list[dict[str, float]]] = {}
    for name in dict.fromkeys([GREEDY, *policies]):
        played[name] = [
            _played(city, roads, told, name, drawn(told, rep, priorities)) for rep in range(reps)
        ]
        if name in policies:
            against = {} if name == GREEDY else paired(played[name], played[GREEDY])
            yield Judged(name, over_reps(played[name]), against)


def placed(told: TimedCalls, fleet: int) -> tuple[City, CityRoads]:
    """The fleet at stations: each unit where it adds most, without knowing of the surge."""
    parameters = Parameters(
        MIXED, 0.0, TARGET_S, TARGET_S, dict.fromkeys(TARGET_S, "lights"),
        {"lights": 1.0, "regular": 1.0},
    )  # fmt: skip
    city = as_city(told, fleet, parameters, "surge")
    roads = CityRoads(city)
    curves = cover_curves(city, roads)
    homes: list[int] = []
    for _ in range(fleet):
        homes.append(best_post(curves, homes, range(len(city.stations))))
    return replace(city, homes=tuple(homes)), roads


def drawn(told: TimedCalls, rep: int, priorities: str) -> list[CityCall]:
    """All calls of a repetition, with what each takes."""
    chance = np.random.default_rng([rep, len(told.at_s)])
    share = SHARES[priorities]
    taken_s = 60.0 * chance.lognormal(*TURNAROUND, len(told.at_s))
    urgent = chance.choice(list(share), len(told.at_s), p=list(share.values()))
    return [
        CityCall(rep, number, float(at_s), int(urgent[number]), Site(0, 0.0),
                 float(ON_SCENE * taken_s[number]), told.hospitals_s.shape[1] > 0,
                 float((1 - ON_SCENE) * taken_s[number]))
        for number, at_s in enumerate(told.at_s)
    ]  # fmt: skip


def _played(
    city: City, roads: CityRoads, told: TimedCalls, name: str, calls: Sequence[CityCall]
) -> dict[str, float]:
    watched = Watched(POLICIES[name](city, roads))
    responses = Simulator(city, roads, watched).run(with_calls(city, told, calls).calls)
    return figures_of(responses, told) | {"high_left_waiting": float(watched.left_waiting)}


def figures_of(responses: Sequence[Response], told: TimedCalls) -> dict[str, float]:
    """Of the surge with its neighbours, and of the surge alone; seconds."""
    began_s = float(told.at_s[told.surge.start])
    near = [one for one in responses if began_s <= one.call.at_s < began_s + NEIGHBOURS_S]
    alone = [one for one in near if one.call.number in told.surge]
    high = [one for one in near if one.call.priority == HIGH]
    found = {"calls": float(len(near)), "surge_calls": float(len(alone))}
    for start, mine in (("", near), ("surge_", alone), ("high_", high)):
        taken_s = np.array([one.response_s for one in mine] or [0.0])
        found |= {
            f"{start}total_s": float(taken_s.sum()), f"{start}mean_s": float(taken_s.mean()),
            f"{start}p90_s": float(np.quantile(taken_s, 0.9)),
            f"{start}max_s": float(taken_s.max()),
        }  # fmt: skip
    on_time = [one.response_s <= TARGET_S[one.call.priority] for one in near]
    return found | {"on_time_pct": 100.0 * float(np.mean(on_time))}


def main(given: Sequence[str] | None = None) -> int:
    """Read, play, print; 1 where joint matching takes longer than greedy, 2 on a bad file."""
    asked = _asked(given)
    names = list(dict.fromkeys([GREEDY, JOINT, *(asked.policy or POLICIES)]))
    conditions: dict[str, Any] = {
        "fleet": asked.fleet, "priorities": asked.priorities, "reps": asked.reps,
    }  # fmt: skip
    try:
        told = read_timed_calls(asked.data)
    except BadCity as error:
        sys.stderr.write(f"beaconfire bench surge: {error}\n")
        return EXIT_REFUSED
    judged: list[Judged] = []
    for one in judge(told, names, **conditions):
        judged.append(one)
        if asked.json:
            sys.stdout.write(f"{one.line(conditions)}\n")
            sys.stdout.flush()
    if not asked.json:
        Console().print(_table(judged, conditions))
    joint = next(one for one in judged if one.policy == JOINT)
    return 0 if all(joint.against[name].mean <= 0 for name in JUDGED) else 1


def _asked(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("beaconfire bench surge", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="calls with times to stations")
    parser.add_argument("--policy", action="append", choices=sorted(POLICIES))
    parser.add_argument("--fleet", type=_some, default=FLEET)
    parser.add_argument("--reps", type=_some, default=REPS)
    parser.add_argument("--priorities", choices=sorted(SHARES), default="mixed")
    parser.add_argument("--json", action="store_true", help="one line a policy")
    return parser.parse_args(given)


def _some(word: str) -> int:
    number = int(word)
    if not 1 <= number <= 1_000:
        raise argparse.ArgumentTypeError(f"{word}: 1 to 1000")
    return number


def _table(judged: Sequence[Judged], conditions: Mapping[str, object]) -> Table:
    words = ", ".join(f"{name} {one}" for name, one in conditions.items())
    table = Table("", title=f"surge: {words}; ± 95 %, in brackets less greedy")
    for one in judged:
        table.add_column(one.policy, justify="right")
    for name in judged[0].figures:
        table.add_row(name, *(_shown(one, name) for one in judged))
    return table


def _shown(one: Judged, name: str) -> str:
    figure, less = one.figures[name], one.against.get(name)
    told = f"{figure.mean:.1f} ± {figure.half:.1f}"
    return told if less is None else f"{told} ({less.mean:+.1f} ± {less.half:.1f})"


if __name__ == "__main__":
    raise SystemExit(main())
