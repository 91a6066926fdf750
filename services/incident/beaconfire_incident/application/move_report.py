"""Move a report to another incident, or off into one of its own; its words stay with it."""

from dataclasses import dataclass, replace
from datetime import datetime

from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_incident.application.open_incident import open_incident
from beaconfire_incident.application.ports import Bodies, Facts, Incidents, Reports, scope_of
from beaconfire_incident.domain.catalogue import Catalogue
from beaconfire_incident.domain.hearing import learned
from beaconfire_incident.domain.incident import Incident, report_moved_in, report_moved_out


class OnlyReport(Conflict):
    """It is the incident's only report: merge the incidents instead."""


class AlreadyThere(Conflict):
    """The report belongs to that incident already."""


@dataclass(frozen=True, slots=True)
class MoveReport:
    """A report, the incident it is on, and the one it goes to; `opens` when that is a new one."""

    report_id: ReportId
    from_id: IncidentId
    to_id: IncidentId
    opens: bool


def keys(command: MoveReport) -> tuple[LockKey, ...]:
    """Both incidents."""
    return (aggregate(command.from_id), aggregate(command.to_id))


async def move_report(
    command: MoveReport,
    *,
    incidents: Incidents,
    reports: Reports,
    bodies: Bodies,
    facts: Facts,
    catalogue: Catalogue,
    now: datetime,
) -> Incident:
    """Take it off the one and put it to the other; an incident never loses its last report."""
    report = await reports.get(command.report_id)
    if report.incident_id == command.to_id:
        raise AlreadyThere
    report.expect_on(command.from_id)
    if await reports.count_of(report.incident_id) == 1:
        raise OnlyReport
    left = await incidents.get(report.incident_id)
    after, told = report_moved_out(left, report.id, command.to_id)
    await incidents.save(after)
    await facts.tell(*told, scope=scope_of(left))
    moved = replace(report, incident_id=command.to_id, attached=not command.opens, score=None)
    if command.opens:
        goal = await open_incident(
            moved, incidents=incidents, bodies=bodies, facts=facts, catalogue=catalogue, now=now
        )
    else:
        known = await incidents.get(command.to_id)
        joined, told_joined = report_moved_in(known, report.id, left.id)
        goal, learned_now = learned(joined, report, catalogue)
        await incidents.save(goal)
        await facts.tell(*told_joined, *learned_now, scope=scope_of(known))
    await reports.save(moved)
    return goal
