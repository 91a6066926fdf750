"""Receive a report: it is about an open incident, or it opens one; nothing is ever refused a place.

The circle's buckets are locked before looking, or looked at once more when they are locked, so that
two callers at once open one incident.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Protocol

from beaconfire_contracts.facts.incident import ReportReceived
from beaconfire_contracts.locks import LockKey, aggregate, bucket
from beaconfire_incident.application.open_incident import open_incident
from beaconfire_incident.application.ports import (
    Around,
    Bodies,
    Facts,
    Incidents,
    Reports,
    scope_of,
)
from beaconfire_incident.domain.catalogue import Catalogue, Triage
from beaconfire_incident.domain.duplicates import (
    ATTACH_FROM,
    WINDOW,
    Candidate,
    Telling,
    candidates,
    match_radius_m,
)
from beaconfire_incident.domain.hearing import learned
from beaconfire_incident.domain.incident import Incident
from beaconfire_incident.domain.lifecycle import UNANSWERED
from beaconfire_incident.domain.report import Report
from beaconfire_spatial.buckets import buckets_of
from beaconfire_spatial.geometry import LonLat


class Locks(Protocol):
    """Locks that are found by looking, before the first write."""

    async def lock(self, *keys: LockKey) -> None:
        """Wait for them, in their order."""
        ...


@dataclass(frozen=True)
class ReceiveReport:
    """A report as told, under the id of the incident that it would open."""

    report: Report
    tracking_hash: bytes

    @cached_property
    def telling(self) -> Telling | None:
        """What duplicates are scored by; None without a point."""
        return self.report.telling()

    @cached_property
    def buckets(self) -> tuple[str, ...]:
        """The buckets of its match circle; none without a point or where it is too wide."""
        if self.telling is None:
            return ()
        point = LonLat(self.telling.point.lon, self.telling.point.lat)
        return buckets_of(point, match_radius_m(self.telling.uncertainty_m)) or ()


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a report: its incident, and which others it may be about."""

    incident: Incident
    attached: bool
    candidates: tuple[Candidate, ...]


def keys(command: ReceiveReport) -> tuple[LockKey, ...]:
    """Its buckets, and the incident that it may open."""
    return (
        *(bucket(name) for name in command.buckets),
        aggregate(command.report.incident_id),
    )


async def receive_report(
    command: ReceiveReport,
    *,
    incidents: Incidents,
    reports: Reports,
    bodies: Bodies,
    facts: Facts,
    locks: Locks,
    catalogue: Catalogue,
    now: datetime,
) -> Received:
    """Attach it to the best open match above the threshold, or open an incident for it."""
    report = command.report
    around = await _around(command, incidents)
    found = _candidates(command.telling, around)
    for match in _matches(command, found):
        await locks.lock(aggregate(match.incident_id))
        known = await incidents.get(match.incident_id)
        if known.status not in UNANSWERED:
            continue  # whoever came has gone: others go, and a person says whether it is the same
        changed = await _attach(command, known, match, incidents, facts, catalogue)
        await reports.add(
            replace(report, incident_id=known.id, attached=True, score=match.score),
            command.tracking_hash,
        )
        return Received(changed, attached=True, candidates=found)
    opened = await open_incident(
        report, incidents=incidents, bodies=bodies, facts=facts, catalogue=catalogue, now=now,
        opening=around.opening,
    )  # fmt: skip
    await reports.add(report, command.tracking_hash)
    return Received(opened, attached=False, candidates=found)


def _matches(command: ReceiveReport, found: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those that nobody needs to be asked about, best first; none where the circle is too wide."""
    if not command.buckets:
        return ()
    return tuple(one for one in found if one.score >= ATTACH_FROM)


async def _around(command: ReceiveReport, incidents: Incidents) -> Around:
    telling = command.telling
    if telling is None:
        return Around(())
    return await incidents.around(
        telling.point,
        match_radius_m(telling.uncertainty_m),
        telling.heard_at - WINDOW,
        receiver=command.report.body,
    )


def _candidates(telling: Telling | None, around: Around) -> tuple[Candidate, ...]:
    return () if telling is None else tuple(candidates(telling, around.near))


async def _attach(
    command: ReceiveReport,
    known: Incident,
    match: Candidate,
    incidents: Incidents,
    facts: Facts,
    catalogue: Catalogue,
) -> Incident:
    """One more telling: it may know the place better, and may be more urgent, never less."""
    report = command.report
    heard = catalogue.triage(report.type or known.type, report.text)
    told = ReportReceived(
        known.id,
        report.id,
        report.channel,
        report.type,
        report.received_at,
        report.observed_at,
        attached=True,
        score=match.score,
        novelty=_is_news(heard, known),
    )
    changed, learned_now = learned(replace(known, version=known.version + 1), report, catalogue)
    await facts.tell(told, *learned_now, scope=scope_of(known))
    await incidents.save(changed)
    return changed


def _is_news(heard: Triage, known: Incident) -> bool:
    """A victim or a hazard of which nobody spoke before alerts the desk."""
    return heard.reason not in ("type", "untyped", known.priority_reason)
