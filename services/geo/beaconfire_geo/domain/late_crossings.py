"""Crossings that were known only afterwards: a phone that was away sends where it was meanwhile.

What was settled without these positions was told and stays told. Between two crossings that were
told, a unit may have gone in and out again unseen: that pair is told late. One crossing alone that
turns out to have been earlier is not told again, for it was told already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import FenceTime, sides
from beaconfire_geo.domain.unsettled import Outside, Sightings, moment_of, us_of


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when positions of a unit came late (迟到段), in microseconds since 1970."""

    from_us: int
    to_us: int
    newest_us: int = 0
    """When its newest position was observed, or now where that is later."""
    is_near: bool = False
    """Whether any was near a zone."""

    def joined(self, other: "Stretch") -> "Stretch":
        """Both as one."""
        return Stretch(
            min(self.from_us, other.from_us),
            max(self.to_us, other.to_us),
            max(self.newest_us, other.newest_us),
            self.is_near or other.is_near,
        )


@dataclass(frozen=True, slots=True)
class Edge:
    """A unit crossed a zone's edge: when, and whether it was inside from then on (越界)."""

    at: datetime
    is_inside: bool


def missed(
    unit_id: UnitId,
    fixes: Sightings,
    outside: Outside,
    fences: Mapping[str, FenceTime],
    told: Mapping[str, Sequence[Edge]],
    *,
    late_until_us: int,
) -> list[GeofenceEntered | GeofenceLeft]:
    """What a unit's positions, late ones among them, show that was not told, in order.

    Of each zone the crossings told are wanted in order, with the last before the first position,
    and the positions since that one: what was told later than it was lies among them.
    Positions of before the zone had its edge say nothing of it. Beyond the last late position the
    walk goes on until both are of one mind again.
    """
    found: list[tuple[datetime, str, GeofenceEntered | GeofenceLeft]] = []
    for zone_id in sorted(outside.keys() & fences.keys()):
        since_us = us_of(fences[zone_id].edge_since)
        at_us, is_inside = _clear(fixes, outside[zone_id], since_us)
        edges = _untold(at_us, is_inside, told.get(zone_id, ()), late_until_us)
        found += [(one.at, zone_id, _told_late(unit_id, zone_id, one)) for one in edges]
    return [one for _, _, one in sorted(found, key=lambda one: one[:2])]


def _clear(fixes: Sightings, outside_m: Any, since_us: int) -> tuple[Any, Any]:
    """When the unit was clearly on one side of the edge, in order, and whether inside.

    A moment at which it was told to be on either side says nothing.
    """
    is_in, is_out = sides(outside_m)
    rows = np.flatnonzero(fixes.is_sharp & (is_in | is_out) & (fixes.observed_us >= since_us))
    at_us, is_inside = fixes.observed_us[rows], is_in[rows]
    both = np.isin(at_us, np.intersect1d(at_us[is_inside], at_us[~is_inside]))
    order = np.argsort(at_us[~both], kind="stable")
    return at_us[~both][order], is_inside[~both][order]


def _untold(at_us: Any, is_in: Any, told: Sequence[Edge], late_until_us: int) -> list[Edge]:
    if not len(at_us):
        return []
    is_inside = was_told = _inside_before(told, moment_of(int(at_us[0])))
    beyond = at_us[at_us > late_until_us]
    untold, since = list[Edge](), list[Edge]()
    for one, is_told in _in_order(at_us, is_in, told, is_inside):
        is_past = len(beyond) and one.at > moment_of(int(beyond[0]))
        if is_past and is_inside == was_told:
            break
        if is_told:
            untold += _pairs(since)
            since = []
            was_told = one.is_inside
        elif one.is_inside != is_inside:
            since.append(one)
        is_inside = one.is_inside
    return untold + _pairs(since)


def _in_order(
    at_us: Any, is_in: Any, told: Sequence[Edge], was_inside: bool
) -> list[tuple[Edge, bool]]:
    """Where positions change sides and where crossings were told; of one moment that one last."""
    first = moment_of(int(at_us[0]))
    rows = np.flatnonzero(np.diff(is_in, prepend=was_inside))
    shown = [(Edge(moment_of(int(at_us[row])), bool(is_in[row])), False) for row in rows.tolist()]
    ahead = [(one, True) for one in told if one.at >= first]
    return sorted([*shown, *ahead], key=lambda one: (one[0].at, one[1]))


def _inside_before(told: Sequence[Edge], first: datetime) -> bool:
    """By the last crossing before; without one, as the next one begins from the other side."""
    before = [one.is_inside for one in told if one.at < first]
    after = [not one.is_inside for one in told if one.at >= first]
    return before[-1] if before else after[0] if after else False


def _pairs(since: Sequence[Edge]) -> list[Edge]:
    """All but the last of an odd number, which is the crossing that was told."""
    return list(since[: len(since) // 2 * 2])


def _told_late(unit_id: UnitId, zone_id: str, edge: Edge) -> GeofenceEntered | GeofenceLeft:
    if edge.is_inside:
        return GeofenceEntered(unit_id, zone_id, edge.at, is_late=True)
    return GeofenceLeft(unit_id, zone_id, edge.at, is_late=True)
