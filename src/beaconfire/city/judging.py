"""Policies judged on the same calls, each figure beside that of B."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from beaconfire.city.ablations import Greedy, StandbyOnly, StraightLines
from beaconfire.city.closest import Closest, Dmexclp, JemssDefault
from beaconfire.city.figures import Figure, counted_from_s, of_rep, over_reps, paired
from beaconfire.city.folder import City
from beaconfire.city.limits import line_of
from beaconfire.city.moving_up import MovingUp
from beaconfire.city.offline import bound_of_rep
from beaconfire.city.ours import Ours
from beaconfire.city.reach import refuse_unreachable
from beaconfire.city.scene import Conditions, Policy
from beaconfire.city.simulator import Simulator
from beaconfire.city.trips import CityRoads

BASELINE: Final = "B"
OFFLINE: Final = "offline"
"""No policy: what nobody can beat who knows all calls beforehand, see `offline.py`."""
ALWAYS: Final = ("on_time_pct", "high_within_8min_pct", "mean_s", "p90_s")
"""Each line has these, and null where there is no such figure."""
POLICIES: Final[dict[str, Callable[[City, CityRoads], Policy]]] = {
    "A": lambda city, _roads: Closest(city),
    "B": lambda city, _roads: JemssDefault(city),
    "C": Dmexclp,
    "ours": Ours,
    "ours-0": lambda city, roads: Ours(city, roads, diversions_max=0),
    "ours-2": lambda city, roads: Ours(city, roads, diversions_max=2),
    "ours-free": lambda city, roads: Ours(city, roads, diversions_max=1_000),
    "ours-spared": lambda city, roads: Ours(city, roads, losses_max=1),
    "ours-home": lambda city, roads: Ours(city, roads, relocates=False),
    "ours-moving": MovingUp,
    "ours-greedy": Greedy,
    "ours-straight": StraightLines,
    "B-standby": StandbyOnly,
}
"""By name: the closest unit, JEMSS's default, DMEXCLP, and ours: with at most one unit turned round
for a call, none, two, any number; with one and none taken from a call twice; without a choice of
the standby place."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A policy's figures, and the same less those of B on the same calls (评测)."""

    policy: str
    figures: dict[str, Figure]
    against: dict[str, Figure]
    reps: int

    def line(self, city: str) -> str:
        """As one line of JSON."""
        told: dict[str, object] = {"city": city, "policy": self.policy, "reps": self.reps}
        told |= {end: None for name in ALWAYS for end in (name, f"{name}_ci")}
        for name, one in self.figures.items():
            told[name], told[f"{name}_ci"] = round(one.mean, 3), round(one.half, 3)
        for name, one in self.against.items():
            told[f"{name}_less_b"] = round(one.mean, 3)
            told[f"{name}_less_b_ci"] = round(one.half, 3)
        return line_of(told)


def judge(
    city: City,
    roads: CityRoads,
    policies: Sequence[str],
    reps: Sequence[int],
    conditions: Conditions,
    tell: Callable[[str, int], None],
) -> Iterator[Judged]:
    """Each policy in turn; `tell` hears of each repetition before it is played."""
    played: dict[str, list[dict[str, float]]] = {}
    refuse_unreachable(city, roads)
    areas = areas_of(city, roads)
    for name in dict.fromkeys([BASELINE, *policies]):
        played[name] = []
        for rep in reps:
            tell(name, rep)
            played[name].append(_played(city, roads, name, rep, conditions, areas))
        if name in policies:
            against = {} if name == BASELINE else paired(played[name], played[BASELINE])
            yield Judged(name, over_reps(played[name]), against, len(reps))


def areas_of(city: City, roads: CityRoads) -> dict[int, int]:
    """The station that is nearest by road to each node at which somebody calls."""
    nodes = np.array(sorted({one.site.node for one in city.calls}))
    starts = np.array([one.node for one in city.stations])
    nearest = np.argmin(roads.tables["lights"].seconds(starts, nodes), axis=0)
    return dict(zip(nodes.tolist(), nearest.tolist(), strict=True))


def _played(
    city: City,
    roads: CityRoads,
    name: str,
    rep: int,
    conditions: Conditions,
    areas: dict[int, int],
) -> dict[str, float]:
    """The figures of one repetition."""
    calls = city.of_rep(rep)
    from_s = counted_from_s(calls)
    if name == OFFLINE:
        return bound_of_rep(city, roads, calls)
    policy = POLICIES[name](city, roads)
    simulator = Simulator(city, roads, policy, conditions, count_from_s=from_s)
    responses = simulator.run(calls)
    expected = sum(one.at_s >= from_s for one in calls)
    unanswered = expected - sum(one.call.at_s >= from_s for one in responses)
    return of_rep(responses, city.parameters, simulator.books, areas, unanswered)
