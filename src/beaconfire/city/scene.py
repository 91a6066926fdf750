"""What a policy sees: open calls, units that may be sent, and the seconds between them."""

from dataclasses import dataclass
from enum import Enum
from typing import Final, Protocol

import numpy as np

from beaconfire.city.folder import City, CityCall, Site
from beaconfire.city.trips import CityRoads, Spot, Trip

BELIEFS: Final = 4_096
"""So many calls have beliefs of their own; whoever comes later shares one."""


class Doing(Enum):
    """What a unit is at (在做什么)."""

    STANDING_BY = "standing_by"
    RETURNING = "returning"
    RESPONDING = "responding"
    BUSY = "busy"


@dataclass(slots=True, eq=False)
class Demand:
    """A call that is known and at which nobody has arrived (待处置)."""

    call: CityCall
    unit: "Ambulance | None" = None
    diversions: int = 0
    """How many units under way to other calls were turned round for it."""
    losses: int = 0
    """How often a unit under way to it was sent to another call instead."""
    stand_downs: int = 0
    """How often a better placed unit took over from one that was under way to it."""


@dataclass(slots=True, eq=False)
class Ambulance:
    """One unit (车辆)."""

    number: int
    station: int
    """Where it stands by, or is on its way to."""
    doing: Doing
    at: Site
    trip: Trip | None = None
    demand: Demand | None = None
    since_s: float = 0.0
    sent_s: float = 0.0
    """When it was last sent to a call."""
    version: int = 0
    """Each new errand makes the end of the last one void."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """How far from ideal the day is (条件)."""

    eta_sigma: float = 0.0
    """The spread of what a policy believes of travel times: a factor exp(N(0, sigma))."""
    retask_s: float = 0.0
    """How long a crew under way needs until it turns round."""
    seed: int = 1

    def beliefs(self, units: int) -> np.ndarray:
        """By unit (row) and call (column, by number): by what a believed time is too long."""
        drawn = np.random.default_rng(self.seed).normal(0.0, self.eta_sigma, (units, BELIEFS))
        return np.exp(drawn)


@dataclass(slots=True)
class Scene:
    """All of it at one moment (态势)."""

    city: City
    roads: CityRoads
    now_s: float
    units: list[Ambulance]
    demands: list[Demand]
    """Known and not reached, with and without a unit, in the order in which they became known."""
    beliefs: np.ndarray | None = None

    def spot(self, unit: Ambulance, mode: str) -> Spot:
        """From where a unit would set out in a mode."""
        if unit.trip is None:
            return self.roads.leaving(unit.at, mode)
        return self.roads.as_in(mode, unit.trip, self.now_s)

    def seconds(self, units: list[Ambulance], demands: list[Demand]) -> np.ndarray:
        """Until each unit (row) would be at each call (column), in the call's own mode."""
        mode_of = self.city.parameters.mode
        found = np.full((len(units), len(demands)), np.inf)
        for mode in sorted({mode_of[one.call.priority] for one in demands}):
            places = [
                place for place, one in enumerate(demands) if mode_of[one.call.priority] == mode
            ]
            spots = [self.spot(one, mode) for one in units]
            goals = [demands[place].call.site for place in places]
            found[:, places] = self.roads.seconds(spots, goals, mode)
        if self.beliefs is None:
            return found
        rows = [one.number for one in units]
        return found * self.beliefs[np.ix_(rows, [one.call.number % BELIEFS for one in demands])]

    @property
    def waiting(self) -> list[Demand]:
        """Those to which nobody is under way, the most urgent and oldest first."""
        waiting = [one for one in self.demands if one.unit is None]
        return sorted(waiting, key=lambda one: (one.call.priority, one.call.at_s, one.call.number))

    @property
    def free(self) -> list[Ambulance]:
        """Units at their station or on the way to one."""
        return [one for one in self.units if one.doing in (Doing.STANDING_BY, Doing.RETURNING)]


class Policy(Protocol):
    """Who goes where (策略)."""

    @property
    def name(self) -> str:
        """As figures name it."""
        ...

    def decide(self, scene: Scene) -> list[tuple[Ambulance, Demand]]:
        """Who is sent to what now; a unit taken off its call leaves that one waiting."""
        ...

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """To which station a unit that nobody needs goes."""
        ...

    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        """Which free units go to another station, to stand better."""
        ...
