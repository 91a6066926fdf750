"""Where units are and how long they need, over the roads in force and the last fixes."""

from collections.abc import Sequence

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.known_rows import mobilise_s
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.desk import Seen
from beaconfire_dispatch.application.queries import UnitView
from beaconfire_dispatch.domain.engine.explain import COVER_S


class RoadWays:
    """Answers of the moment; nothing is kept."""

    def __init__(self, roads: Roads, whereabouts: Whereabouts) -> None:
        """The graph in force, the last fixes."""
        self._roads = roads
        self._whereabouts = whereabouts

    def seen(self, view: UnitView) -> Seen:
        """Where a unit is."""
        fix = self._whereabouts.fix_of(view.unit.id)
        if fix is None:
            return Seen(view.station.point, None)
        return Seen(Point(fix.lon, fix.lat), fix.observed_at)

    def travel_s(self, views: Sequence[UnitView], goal: Point) -> list[float | None]:
        """Seconds from the order to the arrival of each; None where no road leads."""
        seconds = self._roads.matrix([self.seen(one).point for one in views], [goal])
        return [
            round(mobilise_s(one.unit.status) + float(way[0]), 1) if np.isfinite(way[0]) else None
            for one, way in zip(views, seconds, strict=True)
        ]

    def cover(self, views: Sequence[UnitView], posts: Sequence[Point]) -> dict[str, float]:
        """By capability: the share of posts that a free unit reaches within eight minutes."""
        free = [one for one in views if one.unit.may_be_sent and one.incident_id is None]
        able = sorted({name for one in views for name in one.unit.capabilities})
        if not posts:
            return dict.fromkeys(able, 0.0)
        seconds = self._roads.matrix([self.seen(one).point for one in free], list(posts))
        found: dict[str, float] = {}
        for name in able:
            rows = [row for row, one in enumerate(free) if name in one.unit.capabilities]
            if not rows:
                found[name] = 0.0
                continue
            leave_s = np.array([mobilise_s(free[row].unit.status) for row in rows])[:, None]
            reached = (seconds[rows] + leave_s).min(axis=0) <= COVER_S
            found[name] = round(float(reached.mean()), 3)
        return found
