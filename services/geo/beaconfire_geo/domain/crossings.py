"""Who is in which zone: visits, from positions in the order in which they were observed.

A position counts only once those that may still come late have come, so whatever order they were
delivered in, the same crossings are told. A warning does not wait: the newest position is enough.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from beaconfire_contracts.facts.geo import GeofenceEntered, GeofenceLeft, UnitWarned
from beaconfire_contracts.ids import UnitId

LATENESS: Final = timedelta(seconds=10)
"""A position may come so much later than a newer one of its unit and still count: two tries of a
phone whose request timed out. What comes later is looked through by `late_crossings.py`."""
WRITING: Final = timedelta(seconds=5)
"""How long a position may take from the door into history: a second's beat, and a slow disk."""
HYSTERESIS_M: Final = 30.0
"""So far outside counts as still inside: satellite positions between houses wander by as much."""
ACCURACY_M_WORST: Final = 200.0
"""A position that is less certain says nothing of an edge: that of a mast is off by kilometres."""

Crossing = GeofenceEntered | GeofenceLeft | UnitWarned


@dataclass(frozen=True, slots=True)
class Sighting:
    """Where a unit was seen: how many metres outside each zone, 0 inside, and when we heard."""

    observed_at: datetime
    received_at: datetime
    outside_m: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class FenceTime:
    """Since when a zone is in force, and whether it warns."""

    begun_at: datetime
    warns: bool
    changed_at: datetime | None = None
    """When its edge became what it is, where that was later."""

    @property
    def edge_since(self) -> datetime:
        """Since when it is in force with the edge that it has."""
        return self.begun_at if self.changed_at is None else max(self.begun_at, self.changed_at)


@dataclass(frozen=True, slots=True)
class Visit:
    """A unit's stay in a zone: when it was warned by which position, since when it is inside."""

    zone_id: str
    warned_at: datetime | None = None
    warned_by_at: datetime | None = None
    """When the position that it was warned by was observed."""
    entered_at: datetime | None = None

    def ends_by(self, observed_at: datetime) -> bool:
        """Whether a position outside, observed then, ends it: not one from before it began."""
        begun = [one for one in (self.entered_at, self.warned_by_at) if one is not None]
        return bool(begun) and observed_at > min(begun)


@dataclass(frozen=True, slots=True)
class UnitTrack:
    """What is kept of one unit: up to when its positions are settled, and its visits."""

    unit_id: UnitId
    settled_at: datetime | None = None
    visits: tuple[Visit, ...] = ()

    def visit(self, zone_id: str) -> Visit | None:
        """Its stay in a zone."""
        return next((one for one in self.visits if one.zone_id == zone_id), None)

    def with_visit(self, visit: Visit) -> "UnitTrack":
        """The same with this stay in its zone."""
        others = [one for one in self.visits if one.zone_id != visit.zone_id]
        visits = sorted((*others, visit), key=lambda one: one.zone_id)
        return replace(self, visits=tuple(visits))

    def without(self, zone_id: str) -> "UnitTrack":
        """The same without its stay in a zone."""
        return replace(self, visits=tuple(one for one in self.visits if one.zone_id != zone_id))


def sides(outside_m: Any) -> tuple[Any, Any]:
    """Whether so many metres outside, a number or a column, are inside, and whether clearly out.

    In between a unit stays on the side where it was.
    """
    return outside_m <= 0, outside_m > HYSTERESIS_M


def settled_until(sightings: Iterable[Sighting], wall_now: datetime) -> datetime | None:
    """Up to which observation all have come that may still come: LATENESS after a newer one."""
    heard = wall_now - LATENESS - WRITING
    return max((one.observed_at for one in sightings if one.received_at <= heard), default=None)


def settle(
    track: UnitTrack,
    sightings: Sequence[Sighting],
    fences: Mapping[str, FenceTime],
    *,
    wall_now: datetime,
) -> tuple[UnitTrack, list[Crossing]]:
    """The track and what it told once all positions that are certain to be complete are taken in.

    What was observed before what is settled came too late (`late_crossings.py`).
    """
    until = settled_until(sightings, wall_now)
    told: list[Crossing] = []
    if until is None or (track.settled_at is not None and until <= track.settled_at):
        return track, told
    for one in sorted(sightings, key=_in_order):
        is_new = track.settled_at is None or one.observed_at > track.settled_at
        if is_new and one.observed_at <= until:
            track = _cross(track, one, fences, told)
    return replace(track, settled_at=until), told


def warn(
    track: UnitTrack, newest: Sighting, fences: Mapping[str, FenceTime], *, now: datetime
) -> tuple[UnitTrack, list[Crossing]]:
    """Warn of each zone that the newest position lies in, once a visit."""
    told: list[Crossing] = []
    for zone_id, outside_m in sorted(newest.outside_m.items()):
        fence, visit = fences.get(zone_id), track.visit(zone_id)
        if fence is None or not fence.warns or outside_m > 0:
            continue
        if visit is None or visit.warned_at is None:
            warned = replace(
                visit or Visit(zone_id), warned_at=now, warned_by_at=newest.observed_at
            )
            track = track.with_visit(warned)
            told.append(UnitWarned(track.unit_id, zone_id, now, newest.observed_at))
    return track, told


def forget_zones(
    track: UnitTrack, fences: Mapping[str, FenceTime], *, now: datetime
) -> tuple[UnitTrack, list[Crossing]]:
    """End the visits of zones that are in force no more."""
    told: list[Crossing] = []
    for visit in track.visits:
        if visit.zone_id not in fences:
            track = track.without(visit.zone_id)
            told.append(GeofenceLeft(track.unit_id, visit.zone_id, now, zone_lifted=True))
    return track, told


def _in_order(seen: Sighting) -> tuple[datetime, list[tuple[str, float]]]:
    """By observation; of one moment by what it says, never by which was delivered first."""
    return seen.observed_at, sorted(seen.outside_m.items())


def _cross(
    track: UnitTrack, seen: Sighting, fences: Mapping[str, FenceTime], told: list[Crossing]
) -> UnitTrack:
    for zone_id, outside_m in sorted(seen.outside_m.items()):
        fence, visit = fences.get(zone_id), track.visit(zone_id)
        if fence is None or seen.observed_at < fence.begun_at:
            continue
        is_in, is_out = sides(outside_m)
        if is_in and (visit is None or visit.entered_at is None):
            track = track.with_visit(replace(visit or Visit(zone_id), entered_at=seen.observed_at))
            told.append(GeofenceEntered(track.unit_id, zone_id, seen.observed_at))
        elif is_out and visit is not None and visit.ends_by(seen.observed_at):
            track = track.without(zone_id)
            told.append(GeofenceLeft(track.unit_id, zone_id, seen.observed_at))
    return track
