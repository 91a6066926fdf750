"""Amend a report: what the caller said is completed or corrected, while typing or later."""

from dataclasses import dataclass, replace
from typing import Any

from beaconfire_contracts.facts.incident import ReportAmended
from beaconfire_contracts.ids import IncidentId, ReportId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_incident.application.ports import Facts, Incidents, Reports, scope_of
from beaconfire_incident.domain.catalogue import Catalogue, Triage
from beaconfire_incident.domain.incident import reclassified
from beaconfire_incident.domain.report import Report, ReportMoved


@dataclass(frozen=True, slots=True)
class AmendReport:
    """New values by field name of the report: type, text, address, reporter, voice_refs."""

    report_id: ReportId
    incident_id: str
    fields: dict[str, Any]
    survivor_id: str | None = None
    """The incident in which that one is followed, as the caller saw it."""


def keys(command: AmendReport) -> tuple[LockKey, ...]:
    """The report's incident, and the one in which it is followed."""
    names = (command.incident_id, command.survivor_id)
    return tuple(aggregate(name) for name in names if name is not None)


async def amend_report(
    command: AmendReport,
    *,
    incidents: Incidents,
    reports: Reports,
    facts: Facts,
    catalogue: Catalogue,
) -> Report:
    """Change the named fields; a type told at last types an untyped incident.

    What is heard of an incident that is followed in another makes that one as urgent.
    """
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
    if incident.merged_into is not None and heard.priority < incident.priority:
        if incident.merged_into != command.survivor_id:
            raise ReportMoved(incident_id=str(incident.merged_into))
        changed = replace(changed, priority=heard.priority, priority_reason=heard.reason)
        await _urge(incident.merged_into, heard, incidents, facts)
    await incidents.save(changed)
    return amended


async def _urge(survivor_id: IncidentId, heard: Triage, incidents: Incidents, facts: Facts) -> None:
    """What goes on is as urgent as what it stands for; by itself it stays what it was."""
    survivor = await incidents.get(survivor_id)
    if not survivor.is_live or survivor.priority <= heard.priority:
        return
    raised, told = reclassified(
        survivor,
        type_code=survivor.type,
        incident_class=survivor.incident_class,
        triage=heard,
        grade=survivor.grade,
    )
    await incidents.save(replace(raised, own=survivor.own))
    await facts.tell(*told, scope=scope_of(survivor))
