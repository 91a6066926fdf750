"""A closure of roads: told once, lifted once; what it may say."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened
from beaconfire_contracts.refusals import Conflict, Invalid

CLOSURES_MAX: Final = 500
"""In force at once, of one road graph: a city in a flood has some hundreds; each is laid over the
whole graph at every change, in about a millisecond."""
RING_POINTS_MAX: Final = 1_000
"""A fact carries the edge and each map draws it; a flood's edge is drawn with some hundreds."""
STRETCHES_MAX: Final = 2_000
"""Roads named one by one: more are an area."""

ROADS_DRAWN_MAX: Final = 5_000
"""Lines of closed roads in one answer, some 600 kB: a flooded quarter of a city has a thousand."""


class NoRoads(Conflict):
    """There is no road graph in force, and so nothing to close."""


class NothingClosed(Invalid):
    """No road is there."""


class OtherRoads(Conflict):
    """The arcs are numbered as in a road graph that is not in force any more."""


class TooManyClosures(Conflict):
    """There are as many closures in force as there may be; lift some, or draw one area for many."""


class ClosureLifted(Conflict):
    """The closure was lifted already."""


@dataclass(frozen=True, slots=True)
class RoadClosure:
    """A closure as it is kept: what was told, in which division, when it was lifted (道路封闭)."""

    told: RoadsClosed
    path: str | None
    arcs: int
    """How many it touched on the graph that was in force then."""
    note: str | None = None
    opened_at: datetime | None = None

    def lift(self, at: datetime) -> tuple["RoadClosure", RoadsOpened]:
        """Open the roads again; ClosureLifted for the second time."""
        if self.opened_at is not None:
            raise ClosureLifted
        opened = RoadsOpened(self.told.closure_id, self.told.roads, at)
        return replace(self, opened_at=at), opened


def shared_path(paths: list[str]) -> str | None:
    """The division in which all of these lie: who closes roads there must be trusted with it."""
    if not paths:
        return None
    shared = paths[0].split(".")
    for path in paths[1:]:
        parts = path.split(".")
        same = next(
            (depth for depth, code in enumerate(shared) if parts[depth : depth + 1] != [code]),
            len(shared),
        )
        shared = shared[:same]
    return ".".join(shared) or None
