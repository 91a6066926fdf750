"""What is kept of a unit, and what of it a body outside is told."""

from dataclasses import replace

from beaconfire_agency.domain.known_unit import KnownUnit, with_fact
from beaconfire_contracts.facts.dispatch import UnitRegistered, UnitStatusChanged
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_testkit.builders import AN_ID, NOON, an_example_of

UNKNOWN = KnownUnit(UnitId(AN_ID))


def test_a_unit_nobody_registered_is_not_shown() -> None:
    known = with_fact(an_example_of(UnitStatusChanged), UNKNOWN)

    assert (known.sight, known.shown) == (None, None)


def test_a_unit_is_shown_with_what_it_does_since_when() -> None:
    registered = with_fact(an_example_of(UnitRegistered), UNKNOWN)
    status = replace(an_example_of(UnitStatusChanged), status=UnitStatus.EN_ROUTE)

    shown = with_fact(status, registered).shown

    assert shown is not None
    assert (shown.status, shown.since) == (UnitStatus.EN_ROUTE, NOON)


def test_a_unit_is_seen_by_its_body_and_its_place() -> None:
    told = an_example_of(UnitRegistered)

    sight = with_fact(told, UNKNOWN).sight

    assert sight is not None
    assert (sight.owner, sight.path) == (told.body, told.division)
