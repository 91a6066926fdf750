"""What a subscriber is to be told of a thing now."""

import pytest

from beaconfire_agency.domain import known_incident, known_unit
from beaconfire_agency.domain.known_incident import KnownIncident
from beaconfire_agency.domain.known_unit import KnownUnit
from beaconfire_agency.domain.sharing import Known, due, kind_of
from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId, UnitId
from beaconfire_contracts.shared_events import IncidentWithdrawn, UnitWithdrawn
from beaconfire_testkit.builders import AN_ID, an_example_of

INCIDENT = known_incident.with_fact(
    an_example_of(IncidentOpened), KnownIncident(IncidentId(AN_ID)), None
)
UNIT = known_unit.with_fact(an_example_of(UnitRegistered), KnownUnit(UnitId(AN_ID)))


@pytest.mark.parametrize("known", [INCIDENT, UNIT], ids=kind_of)
def test_who_may_see_it_is_told_how_it_stands(known: Known) -> None:
    assert due(known, allowed=True, was_shown=False) == known.shown is not None


@pytest.mark.parametrize(
    ("known", "last_word"),
    [(INCIDENT, IncidentWithdrawn(IncidentId(AN_ID))), (UNIT, UnitWithdrawn(UnitId(AN_ID)))],
)
def test_who_may_no_more_is_told_that_alone(known: Known, last_word: object) -> None:
    assert due(known, allowed=False, was_shown=True) == last_word


@pytest.mark.parametrize("known", [INCIDENT, UNIT], ids=kind_of)
def test_who_never_saw_it_is_told_nothing(known: Known) -> None:
    assert due(known, allowed=False, was_shown=False) is None
