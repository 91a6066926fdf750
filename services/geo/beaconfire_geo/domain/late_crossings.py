"""Crossings that were known only afterwards: a phone that was away sends where it was meanwhile.

What was settled without these positions was told and stays told. Between two crossings that were
told, a unit may have gone in and out again unseen: that pair is told late. One crossing alone that
turns out to have been earlier is not told again, for it was told already.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft
from beaconfire_contracts.ids import UnitId
from beaconfire_geo.domain.crossings import HYSTERESIS_M, FenceTime, Sighting


@dataclass(frozen=True, slots=True)
class Edge:
    """A unit crossed a zone's edge: when, and whether it was inside from then on (越界)."""

    at: datetime
    is_inside: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """What nobody was told of, in order; and where to begin when the rest is there (漏报)."""

    crossings: tuple[GeofenceEntered | GeofenceLeft, ...]
    open_since: datetime | None
    """Since when what the positions show and what was told differ at their end."""


def missed(
    unit_id: UnitId,
    sightings: Sequence[Sighting],
    fences: Mapping[str, FenceTime],
    told: Mapping[str, Sequence[Edge]],
    *,
    late_until: datetime,
) -> Missed:
    """What a unit's positions, late ones among them, show that its told crossings do not.

    Of each zone the crossings told are wanted in order, the last one before the first position
    among them. Beyond the last late position the walk goes on until both are of one mind again.
    """
    found: list[tuple[datetime, str, GeofenceEntered | GeofenceLeft]] = []
    open_since: list[datetime] = []
    zones = {zone_id for one in sightings for zone_id in one.outside_m}
    for zone_id in sorted(zones & fences.keys()):
        begun_at = fences[zone_id].begun_at
        seen = sorted(
            (one for one in sightings if zone_id in one.outside_m and one.observed_at >= begun_at),
            key=lambda one: one.observed_at,
        )
        walk = _Walk(zone_id, told.get(zone_id, ()), late_until)
        found += [
            (edge.at, zone_id, _told_late(unit_id, zone_id, edge)) for edge in walk.untold(seen)
        ]
        open_since += [] if walk.open_since is None else [walk.open_since]
    found.sort(key=lambda one: one[:2])
    return Missed(tuple(one for _, _, one in found), min(open_since, default=None))


class _Walk:
    """One zone: the positions beside the crossings that were told of them."""

    def __init__(self, zone_id: str, told: Sequence[Edge], late_until: datetime) -> None:
        self.open_since: datetime | None = None
        self._zone_id = zone_id
        self._told = told
        self._late_until = late_until

    def untold(self, seen: Sequence[Sighting]) -> list[Edge]:
        if not seen:
            return []
        first = seen[0].observed_at
        ahead = [one for one in self._told if one.at >= first]
        is_inside = was_told = _inside_before(self._told, first)
        untold, since = list[Edge](), list[Edge]()
        for one in seen:
            is_now = _inside(one.outside_m[self._zone_id], is_inside)
            if is_now != is_inside:
                since.append(Edge(one.observed_at, is_now))
            is_inside = is_now
            while ahead and ahead[0].at <= one.observed_at:
                is_inside = was_told = ahead.pop(0).is_inside
                untold += _pairs(since)
                since = []
            if one.observed_at > self._late_until and is_inside == was_told:
                return untold + _pairs(since)
        self.open_since = since[-1].at if len(since) % 2 else None
        return untold + _pairs(since)


def _inside(outside_m: float, was_inside: bool) -> bool:
    return outside_m <= HYSTERESIS_M if was_inside else outside_m <= 0


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
