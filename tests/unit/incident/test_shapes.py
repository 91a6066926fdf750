"""Answers: the phase of an incident, and reports that name nobody when masked."""

from dataclasses import replace

import pytest
from hypothesis import given

from beaconfire_contracts.vocabulary import IncidentStatus
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.report import Report, Reporter, Telephone
from beaconfire_incident.entrypoints.shapes import phase_of, report_out, version_out

from .tales import NOON, incidents, reports

PHASES = [
    ([], "waiting"),
    (["dispatched"], "assigned"),
    (["en_route", "on_scene"], "on_scene"),
    (["cleared"], "waiting"),
    (["at_hospital"], "to_hospital"),
]


@pytest.mark.parametrize(("statuses", "phase"), PHASES)
@given(incident=incidents())
def test_the_phase_is_that_of_the_crew_that_came_furthest(
    statuses: list[str], phase: str, incident: Incident
) -> None:
    assert phase_of(incident, statuses) == phase
    closed = replace(incident, status=IncidentStatus.CLOSED)
    assert phase_of(closed, statuses) == "closed"


@given(reports())
def test_a_masked_report_names_nobody_and_says_that_there_is_somebody(report: Report) -> None:
    called = Telephone("c-1", NOON, callback="+64 21 000")
    told = replace(report, reporter=Reporter("Ana", "+64 21 000"), call=called)

    masked = report_out(told, masked=True).model_dump_json()

    assert "Ana" not in masked
    assert "+64" not in masked
    assert '"reporter_masked":true' in masked
    assert "Ana" in report_out(told, masked=False).model_dump_json()
    assert report_out(report, masked=True).reporter_masked is False


@given(incidents())
def test_a_command_answers_with_the_version_it_made(incident: Incident) -> None:
    assert version_out(incident).version == incident.version
