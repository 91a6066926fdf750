"""From what incident knows to what it answers."""

from typing import Any, Final

import msgspec

from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import IncidentStatus, PlaceState
from beaconfire_incident.application.queries import Entry, IncidentView
from beaconfire_incident.application.receive_report import Received
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.report import Report
from beaconfire_incident.entrypoints.schemas import (
    CandidateOut,
    EntryOut,
    IncidentOut,
    ReceivedOut,
    ReportOut,
    VersionOut,
)

_PERSONAL: Final = frozenset({"reporter_name", "reporter_phone", "callback"})
_ORDER: Final = (
    "on_scene", "transporting", "at_hospital", "en_route", "acknowledged", "dispatched",
)  # fmt: skip
_PHASE: Final = {
    "dispatched": "assigned",
    "acknowledged": "assigned",
    "en_route": "en_route",
    "on_scene": "on_scene",
    "transporting": "to_hospital",
    "at_hospital": "to_hospital",
}


def phase_of(incident: Incident, statuses: list[str]) -> str:
    """Where it stands: its own status once it is past open, else what dispatch is doing."""
    if incident.status is not IncidentStatus.OPEN:
        return incident.status.value
    for status in _ORDER:
        if status in statuses:
            return _PHASE[status]
    return "waiting"


def incident_out(view: IncidentView, *, masked: bool) -> IncidentOut:
    """A view as it is answered; masked, nobody who reported is named."""
    one = view.incident
    return IncidentOut(
        id=one.id,
        number=one.number,
        type=one.type,
        incident_class=one.incident_class,
        priority=int(one.priority),
        priority_reason=one.priority_reason,
        grade=one.grade,
        status=one.status,
        phase=phase_of(one, [each["status"] for each in view.assignments]),
        place=_place(view),
        label=view.label,
        cell=one.cell,
        path=one.path,
        layer_version=view.layer_version,
        owner=msgspec.to_builtins(one.owner),
        seat=one.seat,
        participations=[msgspec.to_builtins(part) for part in one.participations],
        opened_at=one.opened_at,
        first_known_at=one.owner.first_known_at,
        closed_at=one.closed_at,
        disposition=one.disposition,
        merged_into=one.merged_into,
        merged=list(view.merged),
        reports=[_report_row(each, masked=masked) for each in view.reports],
        assignments=list(view.assignments),
        version=one.version,
    )


def _place(view: IncidentView) -> dict[str, Any]:
    """The place as told; what geo says stands beside it when it lies in no cell."""
    told: dict[str, Any] = msgspec.to_builtins(view.incident.place)
    if view.nearest_cell is not None and view.incident.cell == UNPLACED:
        told["state"] = PlaceState.OUTSIDE.value
        told["nearest_cell"] = view.nearest_cell
        told["nearest_distance_m"] = view.nearest_distance_m
    return told


def _report_row(row: dict[str, Any], *, masked: bool) -> dict[str, Any]:
    """A report within its incident: who told it only where that may be known."""
    told = {name: value for name, value in row.items() if name not in _PERSONAL}
    reporter = {"name": row["reporter_name"], "phone": row["reporter_phone"]}
    known = any(value is not None for value in (*reporter.values(), row["callback"]))
    told["reporter_masked"] = masked and known
    told["reporter"] = None
    if known and not masked:
        told["reporter"] = reporter | {"callback": row["callback"]}
    return told


def received_out(received: Received, report_id: str) -> ReceivedOut:
    """What became of a report."""
    return ReceivedOut(
        report_id=report_id,
        incident_id=received.incident.id,
        number=received.incident.number,
        attached=received.attached,
        candidates=[
            CandidateOut(
                incident_id=one.incident_id,
                number=one.number,
                score=one.score,
                reasons={
                    "distance_m": one.distance_m,
                    "minutes": one.minutes,
                    "shared_words": list(one.shared_words),
                    "same_type": one.same_type,
                },
            )
            for one in received.candidates
            if not (received.attached and one.incident_id == received.incident.id)
        ],
        version=received.incident.version,
    )


def report_out(report: Report, *, masked: bool) -> ReportOut:
    """A report; masked, its reporter is not named and only that there is one is said."""
    position: dict[str, Any] | None = None
    if report.position is not None:
        point = report.position.point
        position = {
            "lon": point.lon, "lat": point.lat, "accuracy_m": report.position.accuracy_m,
            "method": report.position.method.value,
        }  # fmt: skip
    reporter = None
    if report.reporter is not None:
        reporter = {} if masked else msgspec.to_builtins(report.reporter)
    call = None if report.call is None else msgspec.to_builtins(report.call)
    if call is not None and masked:
        call["callback"] = None
    return ReportOut(
        report_id=report.id, incident_id=report.incident_id, channel=report.channel,
        type=report.type, text=report.text, position=position, address=report.address,
        observed_at=report.observed_at, received_at=report.received_at, attached=report.attached,
        score=report.score, call=call, reporter=reporter,
        reporter_masked=masked and report.reporter is not None,
    )  # fmt: skip


def entry_out(entry: Entry) -> EntryOut:
    """A line of a timeline as it is answered."""
    return EntryOut(
        fact_id=entry.fact_id,
        type=entry.type,
        told_at=entry.told_at,
        occurred_at=entry.occurred_at,
        actor=entry.actor,
        seat=entry.seat,
        data=entry.data,
        text=entry.text,
        corrections=list(entry.corrections),
    )


def version_out(incident: Incident) -> VersionOut:
    """An incident after a command."""
    return VersionOut(
        incident_id=incident.id, number=incident.number, status=incident.status,
        version=incident.version,
    )  # fmt: skip
