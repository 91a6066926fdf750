"""Geo's records: the newest placing counts."""

from dataclasses import replace

from beaconfire_contracts.facts.geo import (
    GeofenceEntered,
    GeofenceLeft,
    IncidentPlaced,
    LayerReleased,
    RoadsClosed,
    RoadsOpened,
    UnitWarned,
    ZoneChanged,
    ZoneDeclared,
    ZoneLifted,
)
from beaconfire_situation.domain.fold_geo import MAPS, PLACINGS
from beaconfire_testkit.builders import an_example_of


def test_the_newest_placing_counts_and_does_not_repeat_the_key() -> None:
    fold = PLACINGS[IncidentPlaced]
    first = an_example_of(IncidentPlaced)

    data = fold(replace(first, path="akl.d1.c9"), fold(first, {}))

    assert data["path"] == "akl.d1.c9"
    assert "incident_id" not in data


def test_a_lifted_zone_says_when() -> None:
    kind, declare = MAPS[ZoneDeclared]
    _, lift = MAPS[ZoneLifted]
    lifted = lift(an_example_of(ZoneLifted), declare(an_example_of(ZoneDeclared), {}))

    assert kind == "zone"
    assert lifted["lifted_at"]
    assert lifted["ring"]


def test_a_layer_is_known_by_its_version() -> None:
    _, release = MAPS[LayerReleased]

    assert release(an_example_of(LayerReleased), {})["version"] >= 1


def test_a_closure_is_one_thing_from_its_closing_to_its_lifting() -> None:
    kind, close = MAPS[RoadsClosed]
    same, lift = MAPS[RoadsOpened]
    closed = close(an_example_of(RoadsClosed), {})

    assert kind == same == "closure"
    assert "opened_at" not in closed
    assert lift(an_example_of(RoadsOpened), closed)["opened_at"]


def test_a_changed_zone_is_the_same_thing_with_another_edge() -> None:
    kind, declare = MAPS[ZoneDeclared]
    same, change = MAPS[ZoneChanged]
    changed = replace(an_example_of(ZoneChanged), version=2, stand_off_m=400.0)

    data = change(changed, declare(an_example_of(ZoneDeclared), {}))

    assert kind == same == "zone"
    assert (data["version"], data["stand_off_m"]) == (2, 400.0)
    assert data["declared_at"]


def test_a_unit_is_in_the_zones_that_it_was_warned_of_or_entered_until_it_leaves() -> None:
    kind, warn = MAPS[UnitWarned]
    _, enter = MAPS[GeofenceEntered]
    _, leave = MAPS[GeofenceLeft]
    here = replace(an_example_of(UnitWarned), zone_id="z1")
    data = warn(here, {})
    entered = replace(an_example_of(GeofenceEntered), is_late=False)
    data = enter(replace(entered, zone_id="z1"), data)
    both = enter(replace(entered, zone_id="z2"), data)
    left = leave(replace(an_example_of(GeofenceLeft), zone_id="z1", is_late=False), both)

    assert kind == "unit"
    assert data["zones"]["z1"].keys() == {"warned_at", "entered_at"}
    assert both["zones"].keys() == {"z1", "z2"}
    assert left["zones"].keys() == {"z2"}


def test_what_is_told_late_says_nothing_of_where_a_unit_is() -> None:
    _, enter = MAPS[GeofenceEntered]
    _, leave = MAPS[GeofenceLeft]
    inside = enter(replace(an_example_of(GeofenceEntered), zone_id="z1", is_late=False), {})

    left = leave(replace(an_example_of(GeofenceLeft), zone_id="z1", is_late=True), inside)
    entered = enter(replace(an_example_of(GeofenceEntered), zone_id="z2", is_late=True), left)

    assert entered == inside
