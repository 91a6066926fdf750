"""Open an incident for what a crew came upon: under the id that dispatch told, once."""

from typing import Final

from beaconfire_contracts.facts.dispatch_life import OnViewed, OnViewOpening
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import Channel, PlaceMethod, StatusSource
from beaconfire_incident.application.open_incident import open_incident
from beaconfire_incident.application.ports import Bodies, Facts, Incidents, Reports
from beaconfire_incident.domain.catalogue import Catalogue
from beaconfire_incident.domain.duplicates import buckets_at
from beaconfire_incident.domain.report import Report, ToldPosition

ACCURACY_M: Final = 50.0
"""A crew stands beside what it tells of, and its last fix is some seconds old."""


def keys(told: OnViewed) -> tuple[LockKey, ...]:
    """The incident, and the buckets in which callers about the same look for it."""
    position = None if told.opening is None else _position(told.opening)
    around = () if position is None else buckets_at(position.place)
    return (*around, aggregate(told.incident_id))


async def open_on_view(
    told: OnViewed,
    received_by: str,
    tracking_hash: bytes,
    *,
    incidents: Incidents,
    reports: Reports,
    bodies: Bodies,
    facts: Facts,
    catalogue: Catalogue,
) -> None:
    """Open it with a report of the crew; what it joined, or opened before, stays as it is.

    A kind that is in no list of ours opens it untyped: a crew is at work there already.
    """
    opening = told.opening
    if opening is None or await _is_open(told, incidents):
        return
    report = _report(told, opening, received_by, catalogue)
    await open_incident(
        report, incidents=incidents, bodies=bodies, facts=facts, catalogue=catalogue,
        now=told.told_at,
    )  # fmt: skip
    await reports.add(report, tracking_hash)


async def _is_open(told: OnViewed, incidents: Incidents) -> bool:
    try:
        await incidents.get(told.incident_id)
    except NotFound:
        return False
    return True


def _report(
    told: OnViewed, opening: OnViewOpening, received_by: str, catalogue: Catalogue
) -> Report:
    return Report(
        id=opening.report_id,
        incident_id=told.incident_id,
        channel=Channel.RADIO if told.source is StatusSource.RADIO else Channel.APP,
        type=opening.type if opening.type in catalogue.types else None,
        text="",
        position=_position(opening),
        address=None,
        observed_at=told.occurred_at,
        received_at=told.told_at,
        received_by=PersonId(received_by),
        body=opening.body,
        priority=None,
        reporter=None,
        call=None,
        voice_refs=(),
    )


def _position(opening: OnViewOpening) -> ToldPosition | None:
    if opening.point is None:
        return None
    return ToldPosition(opening.point, ACCURACY_M, PlaceMethod.DEVICE)
