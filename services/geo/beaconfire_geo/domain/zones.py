"""A hazard zone: declared, changed version by version, lifted once; what it may say (危险区)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from beaconfire_contracts.facts.geo import ZoneChanged, ZoneDeclared, ZoneLifted
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Conflict, Invalid
from beaconfire_contracts.vocabulary import ZoneKind, ZoneSeverity

ZONES_MAX: Final = 200
"""Planned and in force at once: a city in a flood has some dozens; each may close roads, of which
closures 500 may be in force."""
ZONE_CORNERS_MAX: Final = 1_000
"""A fact carries the edge and each map draws it; a plume's edge is drawn with some hundreds."""
RADIUS_M_MIN: Final = 1.0
"""No vehicle fits a smaller circle, whose corners, kept to a centimetre, would fall together."""
RADIUS_M_MAX: Final = 50_000.0
"""A release that empties a whole city has a radius of some kilometres."""
STAND_OFF_M_MAX: Final = 5_000.0
"""ERG's largest initial isolation of a tank car is 1.6 km; a plume is drawn, not stood off."""


class BadZone(Invalid):
    """The shape cannot be the edge of a zone."""


class BadTimes(Invalid):
    """A zone ends after it begins, and after now."""


class TooManyZones(Conflict):
    """There are as many zones as there may be; lift some, or draw one for many."""


class ZoneOver(Conflict):
    """The zone was lifted already."""


class ZoneMoved(Conflict):
    """Somebody changed the zone meanwhile; look at it again."""


class ZoneState(StrEnum):
    """Whether a zone is yet to begin, in force, or over (危险区状态)."""

    PLANNED = "planned"
    IN_FORCE = "in_force"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class ZonePlan:
    """What somebody says of a zone; all of it may change, but the incident (危险区内容)."""

    kind: ZoneKind
    severity: ZoneSeverity
    name: str
    ring: tuple[Point, ...]
    centre: Point | None = None
    radius_m: float | None = None
    stand_off_m: float = 0.0
    speed_share: float | None = None
    """Of the usual speed on roads inside; 0 closes them, None leaves them alone."""
    starts_at: datetime | None = None
    """None: at once."""
    ends_at: datetime | None = None
    """None: until somebody lifts it."""
    note: str | None = None

    @property
    def warns(self) -> bool:
        """Whether units inside are warned; a bare geofence only tells who comes and goes."""
        return self.kind is not ZoneKind.GEOFENCE

    def judge_times(self, now: datetime) -> None:
        """Refuse a zone that would be over before it began."""
        begins = now if self.starts_at is None else max(now, self.starts_at)
        if self.ends_at is not None and self.ends_at <= begins:
            raise BadTimes(pointer="/ends_at")

    def is_due(self, now: datetime) -> bool:
        """Whether its time to begin has come."""
        return self.starts_at is None or self.starts_at <= now


@dataclass(frozen=True, slots=True)
class HazardZone:
    """A zone as it is kept: its newest version, in which division, since when (危险区)."""

    zone_id: str
    version: int
    plan: ZonePlan
    path: str | None
    """The smallest division that holds it: who is trusted with that may declare and lift it."""
    incident_id: IncidentId | None
    declared_at: datetime
    changed_at: datetime
    begun_at: datetime | None = None
    lifted_at: datetime | None = None
    expired: bool = False
    closure_id: str | None = None
    """The closure that this version laid on the roads."""

    @property
    def state(self) -> ZoneState:
        """Planned, in force or over."""
        if self.lifted_at is not None:
            return ZoneState.LIFTED
        return ZoneState.PLANNED if self.begun_at is None else ZoneState.IN_FORCE

    def begin(self, at: datetime, closure_id: str | None) -> tuple["HazardZone", ZoneDeclared]:
        """Put it in force, with the closure of its roads."""
        self._must_last()
        plan = self.plan
        told = ZoneDeclared(
            self.zone_id, plan.kind, plan.ring, plan.speed_share == 0, at, self.incident_id,
            self.version, plan.severity, **_shape(plan),
        )  # fmt: skip
        return replace(self, begun_at=at, closure_id=closure_id), told

    def change(
        self, plan: ZonePlan, path: str | None, at: datetime, *, of_version: int
    ) -> tuple["HazardZone", ZoneChanged | None]:
        """The next version; told where it is in force already. ZoneMoved for an older one."""
        self._must_last()
        if of_version != self.version:
            raise ZoneMoved(version=self.version)
        plan.judge_times(at)
        changed = replace(self, version=self.version + 1, plan=plan, path=path, changed_at=at)
        if self.begun_at is None:
            return changed, None
        return changed, ZoneChanged(
            self.zone_id, changed.version, plan.kind, plan.severity, plan.ring,
            plan.speed_share == 0, at, self.incident_id, **_shape(plan),
        )  # fmt: skip

    def lift(
        self, at: datetime, *, expired: bool = False
    ) -> tuple["HazardZone", ZoneLifted | None]:
        """End it; told where anybody had heard of it. ZoneOver for the second time."""
        self._must_last()
        lifted = replace(self, lifted_at=at, expired=expired)
        return lifted, None if self.begun_at is None else ZoneLifted(self.zone_id, at, expired)

    def is_over(self, now: datetime) -> bool:
        """Whether its time is over and nobody has lifted it yet."""
        ends = self.plan.ends_at
        return self.lifted_at is None and ends is not None and ends <= now

    def _must_last(self) -> None:
        if self.lifted_at is not None:
            raise ZoneOver


_TOLD_SHAPE: Final = ("stand_off_m", "centre", "radius_m", "speed_share", "ends_at")


def _shape(plan: ZonePlan) -> dict[str, Any]:
    return {one.name: getattr(plan, one.name) for one in fields(plan) if one.name in _TOLD_SHAPE}
