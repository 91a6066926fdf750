"""From a body to a report: who receives it, by what means its place is known."""

import pytest

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Channel, PlaceMethod, Role
from beaconfire_incident.entrypoints.intake import (
    NoBody,
    intake,
    public_intake,
    receiving_body,
    reporter_of,
    told_position,
)
from beaconfire_incident.entrypoints.schemas import PublicReportIn, ReporterIn, ReportIn
from beaconfire_platform.web.fields import PositionIn
from beaconfire_testkit.service import a_subject

from .tales import NOON

AT = PositionIn(lon=174.7, lat=-36.8)


@pytest.mark.parametrize(
    ("channel", "method"),
    [(Channel.PHONE, PlaceMethod.NETWORK), (Channel.APP, PlaceMethod.DEVICE),
     (Channel.WEB, PlaceMethod.MAP)],
)  # fmt: skip
def test_a_position_is_known_by_what_its_channel_implies(
    channel: Channel, method: PlaceMethod
) -> None:
    told = told_position(AT, None, channel)
    said = told_position(AT, PlaceMethod.CALLER, channel)

    assert told is not None
    assert said is not None
    assert (told.method, said.method) == (method, PlaceMethod.CALLER)
    assert told_position(None, PlaceMethod.CALLER, channel) is None


def test_the_body_that_receives_is_that_of_a_grant_that_may() -> None:
    assert receiving_body(a_subject(Role.CALL_TAKER, body="b"), "report.create") == "b"
    with pytest.raises(NoBody):
        receiving_body(a_subject(Role.VIEWER), "report.create")


def test_each_report_has_a_code_of_its_own_and_an_incident_it_would_open() -> None:
    body = ReportIn(channel=Channel.PHONE, priority=2)
    one, two = (intake(body, a_subject(Role.CALL_TAKER), BodyId("b"), NOON) for _ in range(2))

    assert one.code != two.code
    assert one.command.report.incident_id != two.command.report.incident_id
    assert one.command.report.received_at == NOON


def test_a_citizen_is_received_by_nobody_and_sets_no_priority() -> None:
    report = public_intake(PublicReportIn(text="smoke"), BodyId("b"), NOON).command.report

    assert (report.received_by, report.priority, report.channel) == (None, None, Channel.WEB)


def test_a_reporter_without_name_and_number_is_nobody() -> None:
    assert reporter_of(ReporterIn()) is None
    assert reporter_of(None) is None
