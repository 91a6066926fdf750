"""Amend a report: what the caller said is completed or corrected, while typing or later."""

from dataclasses import dataclass, replace
from typing import Any

from beaconfire_contracts.facts.incident import ReportAmended
from beaconfire_contracts.ids import ReportId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, Reports, scope_of
from beaconfire_incident.domain.catalogue import Catalogue, Triage
from beaconfire_incident.domain.incident import reclassified
from beaconfire_incident.domain.report import Report


@dataclass(frozen=True, slots=True)
class AmendReport:
    """New values by field name of the report: type, text, address, reporter, voice_refs."""

    report_id: ReportId
    incident_id: str
    fields: dict[str, Any]


def keys(command: AmendReport) -> tuple[LockKey, ...]:
    """The report's incident."""
    return (aggregate(command.incident_id),)


async def amend_report(
    command: AmendReport,
    *,
    incidents: Incidents,
    reports: Reports,
    facts: Facts,
    catalogue: Catalogue,
) -> Report:
    """Change the named fields; a type told at last types an untyped incident."""
    report = await reports.get(command.report_id)
    report.expect_on(command.incident_id)
    amended = replace(report, **command.fields)
    if amended == report:
        return report
    incident = await incidents.get(report.incident_id)
    await reports.save(amended)
    scope = scope_of(incident)
    await facts.tell(
        ReportAmended(incident.id, report.id, tuple(sorted(command.fields))), scope=scope
    )
    changed = replace(incident, version=incident.version + 1)
    heard = catalogue.triage(amended.type or incident.type, amended.text)
    code = incident.type or amended.type
    if incident.is_live and (code != incident.type or heard.priority < incident.priority):
        kept = Triage(incident.priority, incident.priority_reason)
        may_lower = incident.type is None and incident.priority_reason == "untyped"
        triage = heard if may_lower or heard.priority < incident.priority else kept
        changed, told = reclassified(
            changed,
            type_code=code,
            incident_class=catalogue.class_of(code),
            triage=triage,
            grade=incident.grade,
        )
        await facts.tell(*told, scope=scope)
    await incidents.save(changed)
    return amended
