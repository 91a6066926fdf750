"""What a zone does to roads: a closure of its ring, or nothing."""

from dataclasses import replace

import pytest

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import ClosureReason, ZoneKind, ZoneSeverity
from beaconfire_geo.domain.zone_roads import closure_of
from beaconfire_geo.domain.zones import HazardZone, ZonePlan
from beaconfire_testkit.builders import NOON

RING = (Point(174.7, -36.9), Point(174.71, -36.9), Point(174.71, -36.89), Point(174.7, -36.9))
PLAN = ZonePlan(ZoneKind.FLOOD, ZoneSeverity.SEVERE, "Creek", RING, speed_share=0.2)
ZONE = HazardZone("z1", 1, PLAN, "akl.c1", IncidentId("i1"), NOON, NOON)


def test_roads_are_slowed_under_the_zones_name_where_its_division_is() -> None:
    closure = closure_of(ZONE, closure_id="c1", roads="main", arcs=7, at=NOON)

    assert closure is not None
    told = closure.told
    assert (told.zone_id, told.incident_id, told.speed_share) == ("z1", "i1", 0.2)
    assert (told.ring, told.reason) == (RING, ClosureReason.FLOOD)
    assert (closure.path, closure.arcs) == ("akl.c1", 7)


@pytest.mark.parametrize("kind", list(ZoneKind))
def test_every_kind_has_a_reason_for_the_roads(kind: ZoneKind) -> None:
    zone = replace(ZONE, plan=replace(PLAN, kind=kind))

    closure = closure_of(zone, closure_id="c1", roads="main", arcs=0, at=NOON)

    assert closure is not None
    assert closure.told.reason in ClosureReason


def test_a_zone_may_leave_roads_alone() -> None:
    zone = replace(ZONE, plan=replace(PLAN, speed_share=None))

    assert closure_of(zone, closure_id="c1", roads="main", arcs=7, at=NOON) is None
