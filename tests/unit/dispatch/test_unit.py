"""A unit may be sent only in statuses that say so; some statuses follow from its assignment."""

from dataclasses import replace

import pytest

from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, StationId, UnitId
from beaconfire_contracts.vocabulary import (
    AssignmentStatus,
    PrimaryStatus,
    StatusSource,
    UnitKind,
    UnitStatus,
)
from beaconfire_dispatch.domain.unit import (
    OF_ASSIGNMENT,
    TOLD_BY_CREW,
    NotToldOfUnit,
    ReasonMissing,
    Unit,
    UnitAtWork,
    primary_of,
    told_status,
    with_status,
)
from beaconfire_testkit.builders import AN_ID, NOON

UNIT = Unit(
    id=UnitId(AN_ID),
    call_sign="E1",
    kind=UnitKind.ENGINE,
    body=BodyId(AN_ID),
    station_id=StationId(AN_ID),
    capabilities=frozenset({"engine"}),
    division="akl",
    status=UnitStatus.IN_SERVICE,
    primary=PrimaryStatus.AVAILABLE,
    since=NOON,
    fence=0,
    version=1,
)


def tell(status: UnitStatus, *, reason: str | None = None, on: str | None = None):  # noqa: ANN201  (a pair)
    return told_status(
        UNIT,
        status,
        at=NOON,
        source=StatusSource.APP,
        reason=reason,
        incident_id=None if on is None else IncidentId(on),
        assignment_id=None if on is None else AssignmentId(on),
    )


@pytest.mark.parametrize("status", list(UnitStatus))
def test_only_four_statuses_let_a_unit_be_sent(status: UnitStatus) -> None:
    free = {"in_service", "cleared", "returning", "handed_over"}

    unit, fact = with_status(UNIT, status, at=NOON, source=StatusSource.RADIO)

    assert unit.may_be_sent == (status.value in free)
    assert unit.primary is fact.primary is primary_of(status)
    assert unit.version == UNIT.version + 1


def test_every_step_of_an_assignment_has_its_status_of_the_unit() -> None:
    assert set(OF_ASSIGNMENT) == set(AssignmentStatus)


@pytest.mark.parametrize("status", sorted(set(UnitStatus) - TOLD_BY_CREW))
def test_what_follows_from_an_assignment_is_not_told_of_the_unit(status: UnitStatus) -> None:
    with pytest.raises(NotToldOfUnit) as refused:
        tell(status)

    assert refused.value.fields == {"unit_status": status.value}


def test_out_of_service_needs_a_reason_and_a_new_status_forgets_it() -> None:
    with pytest.raises(ReasonMissing):
        tell(UnitStatus.OUT_OF_SERVICE)
    out, _ = tell(UnitStatus.OUT_OF_SERVICE, reason="fuel")
    back, _ = with_status(out, UnitStatus.IN_SERVICE, at=NOON, source=StatusSource.APP)

    assert (out.reason, back.reason) == ("fuel", None)


@pytest.mark.parametrize("status", [UnitStatus.IN_SERVICE, UnitStatus.RETURNING])
def test_a_unit_on_an_incident_is_not_free_by_saying_so(status: UnitStatus) -> None:
    with pytest.raises(UnitAtWork):
        tell(status, on=AN_ID)


def test_what_is_told_on_an_incident_names_it() -> None:
    _, fact = tell(UnitStatus.AT_PATIENT, on=AN_ID)

    assert (fact.incident_id, fact.assignment_id) == (AN_ID, AN_ID)


def test_a_unit_that_may_be_sent_conditionally_is_not_sent_by_us() -> None:
    unit = replace(UNIT, primary=PrimaryStatus.CONDITIONALLY_AVAILABLE)

    assert not unit.may_be_sent
