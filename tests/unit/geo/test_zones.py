"""A zone's life: planned, in force, changed version by version, lifted once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beaconfire_contracts.facts.geo import ZoneLifted
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ZoneKind, ZoneSeverity
from beaconfire_geo.domain.zones import (
    BadTimes,
    HazardZone,
    ZoneMoved,
    ZoneOver,
    ZonePlan,
    ZoneState,
)
from beaconfire_testkit.builders import NOON

HOUR = timedelta(hours=1)
RING = (Point(174.7, -36.9), Point(174.71, -36.9), Point(174.71, -36.89), Point(174.7, -36.9))
PLAN = ZonePlan(
    ZoneKind.HAZMAT, ZoneSeverity.SEVERE, "Tank", RING, stand_off_m=50.0, speed_share=0.0,
    note="Chlorine",
)  # fmt: skip
ZONE = HazardZone("z1", 1, PLAN, "akl", IncidentId("i1"), NOON, NOON)


def test_what_is_told_of_a_zone_has_its_edge_and_no_word_of_anybody() -> None:
    begun, told = ZONE.begin(NOON, "c1")

    assert (begun.state, begun.closure_id) == (ZoneState.IN_FORCE, "c1")
    assert (told.ring, told.stand_off_m, told.closes_roads) == (RING, 50.0, True)
    assert not {"name", "note"} & {one for one in dir(told) if not one.startswith("_")}


def test_a_change_is_told_only_of_what_is_in_force() -> None:
    wider = replace(PLAN, stand_off_m=400.0)
    begun, _ = ZONE.begin(NOON, None)

    planned, nothing = ZONE.change(wider, "akl", NOON + HOUR, of_version=1)
    changed, told = begun.change(wider, "akl.c1", NOON + HOUR, of_version=1)

    assert (planned.version, planned.state, nothing) == (2, ZoneState.PLANNED, None)
    assert told is not None
    assert (told.version, told.stand_off_m) == (2, 400.0)
    assert (changed.path, changed.declared_at, changed.changed_at) == ("akl.c1", NOON, NOON + HOUR)


def test_two_who_change_the_same_version_do_not_overwrite_each_other() -> None:
    changed, _ = ZONE.change(PLAN, "akl", NOON, of_version=1)

    with pytest.raises(ZoneMoved) as refused:
        changed.change(PLAN, "akl", NOON, of_version=1)

    assert refused.value.fields == {"version": 2}


def test_a_zone_is_lifted_once_and_then_is_no_more() -> None:
    begun, _ = ZONE.begin(NOON, None)
    lifted, told = begun.lift(NOON + HOUR)

    assert told == ZoneLifted("z1", NOON + HOUR)
    assert lifted.state is ZoneState.LIFTED
    for end in (lambda: lifted.lift(NOON), lambda: lifted.begin(NOON, None)):
        with pytest.raises(ZoneOver):
            end()


def test_a_plan_that_nobody_heard_of_is_lifted_in_silence() -> None:
    lifted, told = ZONE.lift(NOON)

    assert (lifted.state, told) == (ZoneState.LIFTED, None)


def test_a_zone_ends_after_it_begins_and_after_now() -> None:
    for times in (
        {"ends_at": NOON},
        {"starts_at": NOON + HOUR, "ends_at": NOON + HOUR},
        {"starts_at": NOON - HOUR, "ends_at": NOON - timedelta(seconds=1)},
    ):
        with pytest.raises(BadTimes) as refused:
            replace(PLAN, **times).judge_times(NOON)
        assert refused.value.pointer == "/ends_at"
    replace(PLAN, starts_at=NOON - HOUR, ends_at=NOON + HOUR).judge_times(NOON)


def test_the_clock_begins_and_ends_it() -> None:
    later = replace(ZONE, plan=replace(PLAN, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR))

    assert not later.plan.is_due(NOON)
    assert later.plan.is_due(NOON + HOUR)
    assert not later.is_over(NOON + HOUR)
    assert later.is_over(NOON + 2 * HOUR)
    assert not ZONE.is_over(NOON + 1_000 * HOUR)


def test_only_a_bare_geofence_warns_nobody() -> None:
    assert [kind for kind in ZoneKind if not replace(PLAN, kind=kind).warns] == [ZoneKind.GEOFENCE]
