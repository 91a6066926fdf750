"""Incident's routes for reading: lists, one incident, its timeline, the types."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from beaconfire_contracts.refusals import Invalid
from beaconfire_incident.application.queries import Filters
from beaconfire_incident.entrypoints.admitting import admitted, bounds_of, knows_reporters
from beaconfire_incident.entrypoints.desk import Desk
from beaconfire_incident.entrypoints.schemas import (
    IncidentOut,
    IncidentPage,
    IncidentsAsked,
    TimelineAsked,
    TimelinePage,
    TypeOut,
    TypePage,
)
from beaconfire_incident.entrypoints.shapes import entry_out, incident_out
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.web.edge import Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

CORNERS: Final = 4
HALF_TURN: Final = 180


class BadBox(Invalid):
    """A bbox is west,south,east,north in degrees, south below north (RFC 7946 §5)."""


def incident_routes(edge: Edge, desk: Desk) -> APIRouter:
    """What is going on, and what happened."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.get("/v1/incidents")
    async def get_incidents(
        call: Annotated[Call, edge.needs("incident.read")],
        asked: Annotated[IncidentsAsked, Query()],
    ) -> IncidentPage:
        """The incidents that you may see, highest number first; nobody who reported is named."""
        before = None if asked.cursor is None else int(asked.cursor)
        page = await desk.views.page(
            bounds_of(call), _filters(asked), before=before, limit=asked.limit + 1
        )
        shown = page[: asked.limit]
        more = len(page) > asked.limit
        return IncidentPage(
            items=[incident_out(view, masked=True) for view in shown],
            next=str(shown[-1].incident.number) if more else None,
        )

    @router.get("/v1/incidents/{incident_id}")
    async def get_incident(
        call: Annotated[Call, edge.needs("incident.read")], incident_id: Id
    ) -> IncidentOut:
        """One incident with its place, owner, seat, reports and assignments."""
        view = await admitted(edge, desk, call, incident_id)
        return incident_out(view, masked=not knows_reporters(call.subject, view))

    @router.get("/v1/incidents/{incident_id}/timeline")
    async def get_timeline(
        call: Annotated[Call, edge.needs("incident.read")],
        incident_id: Id,
        asked: Annotated[TimelineAsked, Query()],
    ) -> TimelinePage:
        """All that is on record about it, oldest first, corrections beside what they correct."""
        view = await admitted(edge, desk, call, incident_id)
        after = None if asked.cursor is None else int(asked.cursor)
        page = await desk.views.timeline(view.incident.id, after=after, limit=asked.limit + 1)
        shown = page[: asked.limit]
        more = len(page) > asked.limit
        return TimelinePage(
            items=[entry_out(entry) for entry in shown], next=str(shown[-1].seq) if more else None
        )

    return router


def type_routes(edge: Edge, desk: Desk) -> APIRouter:
    """What an incident can be."""
    router = APIRouter(route_class=StrictRoute, tags=["incident"])

    @router.get("/v1/incident-types")
    async def get_types(call: Annotated[Call, edge.needs("incident-types.read")]) -> TypePage:
        """What an incident can be: our codes in both languages, mapped to the lists of others."""
        edge.permit(call, NOWHERE)
        return TypePage(
            items=[
                TypeOut(
                    code=one.code,
                    name_zh=one.name_zh,
                    name_en=one.name_en,
                    incident_class=one.incident_class,
                    priority=int(one.priority),
                    stand_off_m=one.stand_off_m,
                    verify=one.verify,
                    apco=one.apco,
                    neris=one.neris,
                )
                for one in desk.catalogue.types.values()
            ]
        )

    return router


def _filters(asked: IncidentsAsked) -> Filters:
    west, south, east, north = _box(asked.bbox)
    return Filters(
        status=asked.status,
        division=asked.division,
        type=asked.type,
        priority=asked.priority,
        seat=asked.seat,
        since=asked.since,
        west=west,
        south=south,
        east=east,
        north=north,
    )


def _box(
    text: str | None,
) -> tuple[float | None, float | None, float | None, float | None]:
    """The corners of a bbox: west, south, east, north; west above east crosses 180°."""
    if text is None:
        return None, None, None, None
    try:
        corners = [float(part) for part in text.split(",")]
    except ValueError:
        raise BadBox(pointer="/bbox") from None
    if len(corners) != CORNERS:
        raise BadBox(pointer="/bbox")
    west, south, east, north = corners
    within = max(abs(west), abs(east)) <= HALF_TURN and -90 <= south <= north <= 90
    if not within:  # NaN is within nothing
        raise BadBox(pointer="/bbox")
    return west, south, east, north
