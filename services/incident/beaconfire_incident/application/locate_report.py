"""Locate a report: its position became known, from the network seconds later or from a person."""

from dataclasses import dataclass, replace

from beaconfire_contracts.facts.incident import ReportLocated
from beaconfire_contracts.ids import ReportId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, Reports, scope_of
from beaconfire_incident.domain.duplicates import buckets_at
from beaconfire_incident.domain.hearing import better_place
from beaconfire_incident.domain.incident import Incident, relocated
from beaconfire_incident.domain.report import ToldPosition


@dataclass(frozen=True, slots=True)
class LocateReport:
    """A position for a report."""

    report_id: ReportId
    incident_id: str
    position: ToldPosition


def keys(command: LocateReport) -> tuple[LockKey, ...]:
    """The buckets that its incident may come into, and that incident."""
    return (*buckets_at(command.position.place), aggregate(command.incident_id))


async def locate_report(
    command: LocateReport, *, incidents: Incidents, reports: Reports, facts: Facts
) -> Incident:
    """Keep it with the report; where it is surer than what is known, the incident moves."""
    report = await reports.get(command.report_id)
    report.expect_on(command.incident_id)
    incident = await incidents.get(report.incident_id)
    await reports.save(replace(report, position=command.position))
    scope = scope_of(incident)
    place = command.position.place
    await facts.tell(ReportLocated(incident.id, report.id, place), scope=scope)
    changed = replace(incident, version=incident.version + 1)
    if incident.is_live and better_place(incident.place, place):
        changed, told = relocated(changed, place)
        await facts.tell(*told, scope=scope)
    await incidents.save(changed)
    return changed
