"""End a call: how it ended, and whether it must be rung back."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.facts.incident import CallbackDue, CallEnded
from beaconfire_contracts.ids import ReportId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import CallEnding
from beaconfire_incident.application.ports import Facts, Incidents, Reports, scope_of
from beaconfire_incident.domain.report import BROKEN, CALLBACK_WITHIN, Report


class NoCall(Conflict):
    """The report came without a call, or its call has ended."""


@dataclass(frozen=True, slots=True)
class EndCall:
    """When and how the call of a report ended."""

    report_id: ReportId
    incident_id: str
    ended_at: datetime
    ended_how: CallEnding


def keys(command: EndCall) -> tuple[LockKey, ...]:
    """The report's incident."""
    return (aggregate(command.incident_id),)


async def end_call(
    command: EndCall, *, incidents: Incidents, reports: Reports, facts: Facts, now: datetime
) -> Report:
    """Keep the end; a caller who hung up or was silent is to be rung back."""
    report = await reports.get(command.report_id)
    report.expect_on(command.incident_id)
    if report.call is None or report.call.ended_at is not None:
        raise NoCall
    incident = await incidents.get(report.incident_id)
    call = replace(report.call, ended_at=command.ended_at, ended_how=command.ended_how)
    ended = replace(report, call=call)
    await reports.save(ended)
    told: list[CallEnded | CallbackDue] = [
        CallEnded(incident.id, report.id, command.ended_at, command.ended_how)
    ]
    if command.ended_how in BROKEN:
        told.append(CallbackDue(incident.id, report.id, now + CALLBACK_WITHIN))
    await facts.tell(*told, scope=scope_of(incident))
    await incidents.save(replace(incident, version=incident.version + len(told)))
    return ended
