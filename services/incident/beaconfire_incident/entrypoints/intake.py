"""From a body as sent to a report as received: who received it, when, under which ids."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, ReportId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Forbidden
from beaconfire_contracts.vocabulary import Channel, PlaceMethod, Priority
from beaconfire_incident.application.receive_report import ReceiveReport
from beaconfire_incident.domain.report import METHOD_OF, Report, Reporter, Telephone, ToldPosition
from beaconfire_incident.entrypoints.schemas import CallIn, PublicReportIn, ReporterIn, ReportIn
from beaconfire_incident.entrypoints.tracking import hash_of, new_code
from beaconfire_platform.access.allow import RULES
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.fields import PositionIn


class NoBody(Forbidden):
    """None of your roles belongs to a body that receives reports."""


@dataclass(frozen=True, slots=True)
class Intake:
    """A command and the code that is told once."""

    command: ReceiveReport
    code: str


def receiving_body(subject: Subject, action: str) -> BodyId:
    """For which body the caller receives: that of the first grant that names the action."""
    for grant in subject.grants:
        if action in RULES[grant.role]:
            return grant.body
    raise NoBody


def told_position(
    position: PositionIn | None, method: PlaceMethod | None, channel: Channel
) -> ToldPosition | None:
    """A position with its means: as said, else as the channel implies, else from a map."""
    if position is None:
        return None
    means = method or METHOD_OF.get(channel, PlaceMethod.MAP)
    return ToldPosition(Point(position.lon, position.lat), position.accuracy_m, means)


def reporter_of(reporter: ReporterIn | None) -> Reporter | None:
    """Who told it, or nobody."""
    if reporter is None or (reporter.name is None and reporter.phone is None):
        return None
    return Reporter(reporter.name, reporter.phone)


def _call(call: CallIn | None) -> Telephone | None:
    if call is None:
        return None
    return Telephone(
        call.id, call.answered_at, callback=call.callback, recording_ref=call.recording_ref
    )


def intake(body: ReportIn, subject: Subject, receiver: BodyId, now: datetime) -> Intake:
    """A desk's report."""
    code = new_code()
    report = Report(
        id=ReportId(new_id()),
        incident_id=IncidentId(new_id()),
        channel=body.channel,
        type=body.type,
        text=body.text,
        position=told_position(body.position, body.position_method, body.channel),
        address=body.address,
        observed_at=body.observed_at,
        received_at=now,
        received_by=PersonId(subject.id),
        body=receiver,
        priority=None if body.priority is None else Priority(body.priority),
        reporter=reporter_of(body.reporter),
        call=_call(body.call),
        voice_refs=tuple(body.voice_refs),
    )
    return Intake(ReceiveReport(report, hash_of(code)), code)


def public_intake(body: PublicReportIn, receiver: BodyId, now: datetime) -> Intake:
    """A citizen's report."""
    code = new_code()
    report = Report(
        id=ReportId(new_id()),
        incident_id=IncidentId(new_id()),
        channel=Channel.WEB,
        type=body.type,
        text=body.text,
        position=told_position(body.position, None, Channel.WEB),
        address=body.address,
        observed_at=None,
        received_at=now,
        received_by=None,
        body=receiver,
        priority=None,
        reporter=reporter_of(body.reporter),
        call=None,
        voice_refs=(),
    )
    return Intake(ReceiveReport(report, hash_of(code)), code)
