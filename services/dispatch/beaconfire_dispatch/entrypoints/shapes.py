"""From what dispatch knows to what it answers."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.places import UNPLACED, Point
from beaconfire_dispatch.application.desk import Seen
from beaconfire_dispatch.application.ports import Station
from beaconfire_dispatch.application.queries import AdviceView, Companion, TaskView, UnitView
from beaconfire_dispatch.domain.assignment import Assignment, untimely
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.entrypoints.policy_schemas import PolicyOut
from beaconfire_dispatch.entrypoints.schemas import (
    AssignmentOut,
    CompanionOut,
    HospitalOut,
    NamedOut,
    OptionOut,
    PointOut,
    ProposedOut,
    RecommendationOut,
    StationOut,
    UnitOut,
)
from beaconfire_dispatch.entrypoints.task_schemas import TaskOut


def point_out(point: Point) -> PointOut:
    """A point."""
    return PointOut(lon=round(point.lon, 6), lat=round(point.lat, 6))


def station_out(one: Station) -> StationOut:
    """A station."""
    return StationOut(
        id=one.id,
        code=one.code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        body=one.body,
        point=point_out(one.point),
        division=one.division,
        layer=one.layer,
        retired_at=one.retired_at,
    )


def hospital_out(one: HospitalRegistered) -> HospitalOut:
    """A hospital."""
    return HospitalOut(
        id=one.hospital_id,
        code=one.code,
        name_zh=one.name_zh,
        name_en=one.name_en,
        point=point_out(one.point),
    )


def policy_out(one: Policy) -> PolicyOut:
    """A policy."""
    return PolicyOut(
        priority=one.priority,
        mode=one.mode,
        target_s=one.target_s,
        acknowledge_s=one.acknowledge_s,
        late_s=one.late_s,
        area=one.area,
        type=one.type,
        may_divert_unasked=one.may_divert_unasked,
    )


def unit_out(view: UnitView, seen: Seen) -> UnitOut:
    """A unit with where it was last seen."""
    one = view.unit
    return UnitOut(
        id=one.id,
        call_sign=one.call_sign,
        type=one.kind,
        capabilities=sorted(one.capabilities),
        status=one.status,
        primary=one.primary,
        since=one.since,
        reason=one.reason,
        position=point_out(seen.point),
        observed_at=seen.observed_at,
        station=view.station.code,
        station_id=view.station.id,
        body=one.body,
        division=one.division,
        incident_id=view.incident_id,
        assignment_id=view.assignment_id,
        version=one.version,
    )


def others_out(companions: Iterable[Companion], but: str | None = None) -> list[CompanionOut]:
    """Who is on an incident, one unit left out: whoever asks."""
    return [
        CompanionOut(call_sign=one.call_sign, type=one.type, status=one.status, eta_at=one.eta_at)
        for one in companions
        if one.unit_id != but
    ]


def assignment_out(
    one: Assignment,
    call_sign: str,
    companions: Iterable[Companion] | None = None,
    destination: str | None = None,
) -> AssignmentOut:
    """An assignment."""
    return AssignmentOut(
        id=one.id,
        unit_id=one.unit_id,
        call_sign=call_sign,
        incident_id=one.incident_id,
        fence=one.fence,
        status=one.status,
        dispatched_at=one.dispatched_at,
        eta_at=one.eta_at,
        acknowledge_by=one.acknowledge_by,
        reminded_at=one.reminded_at,
        late_at=one.late_at,
        recall_at=one.recall_at,
        recall_reason=one.recall_reason,
        is_automatic=one.is_automatic,
        is_on_view=one.is_on_view,
        address_changed=one.address_changed,
        steps=dict(one.steps),
        untimely=[step.value for step in untimely(one)],
        version=one.version,
        others=None if companions is None else others_out(companions, one.unit_id),
        destination=destination,
    )


def task_out(view: TaskView, companions: Iterable[Companion] | None = None) -> TaskOut:
    """A task with what its worker needs."""
    one, demand = view.task, view.demand
    path = None if demand is None or demand.path == UNPLACED else demand.path
    where = None if demand is None else demand.point
    point = where if one.stand_off_m <= 0 else one.place
    return TaskOut(
        id=one.id,
        incident_id=one.incident_id,
        kind=one.kind,
        incident_type=None if demand is None else demand.type,
        priority=None if demand is None else demand.priority,
        point=None if point is None else point_out(point),
        incident_point=None if where is None else point_out(where),
        cell=None if path is None else path.rpartition(".")[2],
        person_id=one.person_id,
        body=one.body,
        state=one.state,
        stand_off_m=one.stand_off_m,
        offered_at=one.offered_at,
        due_at=one.due_at,
        part=one.part,
        accept_by=one.accept_by,
        seen_at=one.seen_at,
        reason=one.reason,
        late_at=one.late_at,
        finding=one.finding,
        version=one.version,
        others=None if companions is None else others_out(companions),
    )


def recommendation_out(
    demand: Demand, advice: AdviceView | None, now: datetime
) -> RecommendationOut:
    """The newest recommendation, its arrivals counted from now."""
    answer: dict[str, Any] = {} if advice is None else advice.answer
    return RecommendationOut(
        incident_id=demand.incident_id,
        recommendation_id=None if advice is None else advice.recommendation_id,
        options=[
            _option(one, now, answer.get("off_road_s", {}), demand.target_at)
            for one in answer.get("options", [])
        ],
        short=answer.get("short", []),
        ruled_out=_ruled_out(answer),
        ruled_out_units=_ruled_out_units(answer),
        steps=answer.get("steps", []),
        made_of=answer.get("made_of"),
        alarm_level=demand.alarm_level,
        needs=[msgspec.to_builtins(one) for one in demand.needs],
        made_at=None if advice is None else advice.made_at,
    )


def _ruled_out(answer: dict[str, Any]) -> dict[str, int]:
    """How many by each reason: those of the picture, and those that it leaves out."""
    away = {reason: one["count"] for reason, one in answer.get("away", {}).items()}
    return {**answer.get("ruled_out", {}), **away}


def _ruled_out_units(answer: dict[str, Any]) -> dict[str, list[NamedOut]]:
    """The nearest of each reason by name."""
    away = {reason: one["nearest"] for reason, one in answer.get("away", {}).items()}
    told: dict[str, Any] = {**answer.get("ruled_out_units", {}), **away}
    return {reason: [NamedOut(**one) for one in units] for reason, units in told.items()}


def _parts(choice: dict[str, Any], off_road_s: float | None) -> dict[str, float]:
    """What its time is made of; the legs off the road apart where they are known."""
    parts = choice["parts"]
    if off_road_s is None:
        return parts
    off_road_s = min(off_road_s, parts["road_s"])
    road_s = round(parts["road_s"] - off_road_s, 1)
    return {**parts, "road_s": road_s, "off_road_s": off_road_s}


def _slack_s(target_at: datetime | None, eta_at: datetime) -> float | None:
    return None if target_at is None else round((target_at - eta_at).total_seconds(), 1)


def _option(
    option: dict[str, Any],
    now: datetime,
    off_road_s: dict[str, float],
    target_at: datetime | None,
) -> OptionOut:
    choices = option["choices"]
    eta_at = {one["unit_id"]: now + timedelta(seconds=one["travel_time_s"]) for one in choices}
    return OptionOut(
        units=[
            ProposedOut(
                unit_id=one["unit_id"],
                call_sign=one["call_sign"],
                capability=one["capability"],
                travel_time_s=one["travel_time_s"],
                eta_at=eta_at[one["unit_id"]],
                slack_s=_slack_s(target_at, eta_at[one["unit_id"]]),
                parts=_parts(one, off_road_s.get(one["unit_id"])),
                terms=one.get("terms", {}),
                leaves=one.get("leaves"),
                replaces=one.get("replaces"),
            )
            for one in choices
        ],
        reasons=[
            {"unit_id": one["unit_id"], **reason} for one in choices for reason in one["reasons"]
        ],
        cover_after=option["cover_after"],
    )
