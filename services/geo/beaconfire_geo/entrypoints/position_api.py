"""Geo's routes of positions: batches in, the latest out, and the track of one unit."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from beaconfire_contracts.feed import POSITION_STALE_AFTER_S
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_geo.application.desks import Home, PositionsDesk
from beaconfire_geo.application.ports import MapsInForce
from beaconfire_geo.domain.fixes import wrong_fixes
from beaconfire_geo.entrypoints.position_batch import ReadBatch, read_batch
from beaconfire_geo.entrypoints.schemas import (
    FixOut,
    LatestFixOut,
    LatestPage,
    PositionsIn,
    PositionsOut,
    RefusedFix,
    TrackPage,
)
from beaconfire_platform.access.allow import allow, reach
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.fix_batch import Fix
from beaconfire_platform.telemetry import REFUSALS
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id, Moment
from beaconfire_platform.web.joined import joined
from beaconfire_platform.web.strict_json import BytesRoute, StrictRoute, json_bytes

PAGE_MAX: Final = 500
TRACK_PAGE_MAX: Final = 5_000
"""Some eighty minutes at 1 Hz, and ten milliseconds of making the answer."""
_INSTANT: Final = timedelta(microseconds=1)
REFUSED_TOLD_MAX: Final = 100
"""Rows: a hundred show what is wrong with a sender; a thousand are as large as the batch."""


class NotYours(Invalid):
    """There is no such unit, or it is not yours to move."""

    code = "not_found"


def _body_of_batch() -> dict[str, Any]:
    """The batch as the documentation shows it: the endpoint reads its bytes itself."""
    schema = PositionsIn.model_json_schema()
    schema["properties"]["fixes"]["items"] = schema.pop("$defs")["FixIn"]
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def position_routes(edge: Edge, desk: PositionsDesk, maps: MapsInForce) -> APIRouter:
    """Positions in and out."""
    return joined(_batches(edge, desk, maps), _reading(edge, desk))


def _batches(edge: Edge, desk: PositionsDesk, maps: MapsInForce) -> APIRouter:
    router = APIRouter(route_class=BytesRoute, tags=["geo"])

    @router.post("/v1/positions", status_code=202, openapi_extra=_body_of_batch())
    async def post_positions(
        call: Annotated[Call, edge.needs("position.write")], request: Request
    ) -> PositionsOut:
        """Take in a batch: markers move at once, history is written within a second.

        A fix that cannot be, or whose unit is not yours, is refused by its row and the others
        are taken; where none is left the whole batch is refused. Positions are no commands: they
        have no idempotency key and no audit row, and what is sent twice counts once.
        """
        read = read_batch(await json_bytes(request))
        read = read.without(wrong_fixes(read.fixes, desk.bounds(maps.box)))
        homes = await desk.homes(read.fixes.unit_ids)
        read = _permitted(edge, call, read, homes)
        if not len(read.fixes):
            first = min(read.wrong, key=lambda one: int(str(one.fields["row"])))
            told = [one.model_dump() for one in _refused(read)]
            raise type(first)(first.detail, pointer=first.pointer, rows=told)
        for one in read.wrong:
            REFUSALS.labels("geo", one.code).inc()
        moved = desk.record(read.fixes)
        return PositionsOut(
            received=len(read.fixes), moved=moved, refused=len(read.wrong), rows=_refused(read)
        )

    return router


def _reading(edge: Edge, desk: PositionsDesk) -> APIRouter:
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/positions")
    async def list_positions(
        call: Annotated[Call, edge.needs("position.read")],
        cursor: Id | None = None,
        limit: Annotated[int, Query(ge=1, le=PAGE_MAX)] = 100,
    ) -> LatestPage:
        """The latest position of each unit that the caller may see, with its age."""
        fixes = await desk.visible(
            reach(call.subject, call.action), after=cursor or "", limit=limit
        )
        following = fixes[-1].unit_id if len(fixes) == limit else None
        return LatestPage(items=[_latest(fix, desk.age_s(fix)) for fix in fixes], next=following)

    @router.get("/v1/units/{unit_id}/track", response_model=TrackPage)
    async def get_track(
        call: Annotated[Call, edge.needs("track.read")],
        unit_id: Id,
        since: Annotated[Moment, Query(alias="from")],
        until: Annotated[Moment, Query(alias="to")],
        cursor: Moment | None = None,
        limit: Annotated[int, Query(ge=1, le=TRACK_PAGE_MAX)] = 1_000,
    ) -> Response:
        """Where a unit was from one moment until before another, oldest first.

        Who was where is asked in the open: each page that is read stands in the audit.
        """
        if until <= since:
            raise Invalid("`to` is after `from`", pointer="/to")
        home = (await desk.homes([unit_id])).get(unit_id)
        if home is None:
            raise NotFound

        async def run(tx: Tx) -> Answer:
            before = since - _INSTANT
            after = before if cursor is None else max(cursor, before)
            fixes = await desk.track(tx, unit_id, after, until, limit=limit)
            following = _text(fixes[-1].observed_at) if len(fixes) == limit else None
            return Answer(200, TrackPage(items=[_fix(fix) for fix in fixes], next=following))

        resource = _resource(home, unit_id)
        return await edge.command(call, run, resource=resource, object_id=unit_id)

    return router


def _permitted(edge: Edge, call: Call, read: ReadBatch, homes: Mapping[str, Home]) -> ReadBatch:
    """Only units that the caller may move; refused whole where it may move none of a batch."""
    subject, action = call.subject, call.action

    @cache
    def may_home(home: Home | None) -> bool:
        return home is not None and allow(subject, action, _resource(home)).allowed

    @cache
    def may_unit(unit_id: str) -> bool:
        return allow(subject, action, Resource(unit_ids=frozenset({unit_id}))).allowed

    unit_ids = read.fixes.unit_ids
    theirs = [
        place
        for place, unit_id in enumerate(unit_ids)
        if not may_home(homes.get(unit_id)) and not may_unit(unit_id)
    ]
    if theirs and len(theirs) == len(unit_ids) and not read.wrong:
        edge.permit(call, _resource(homes.get(unit_ids[0]), unit_ids[0]))
    return read.without((place, NotYours, "unit_id") for place in theirs)


def _resource(home: Home | None, *unit_ids: str) -> Resource:
    body, division = home or (None, None)
    return Resource(path=division, owner=body, unit_ids=frozenset(unit_ids))


def _refused(read: ReadBatch) -> list[RefusedFix]:
    """The first rows that were not taken, in their order."""
    told = [
        RefusedFix(
            row=int(str(one.fields["row"])), code=one.code, pointer=one.pointer, detail=one.detail
        )
        for one in read.wrong
    ]
    return sorted(told, key=lambda one: one.row)[:REFUSED_TOLD_MAX]


def _text(moment: datetime) -> str:
    """As it may stand in a question without being escaped."""
    return moment.isoformat().replace("+00:00", "Z")


def _latest(fix: Fix, age_s: float) -> LatestFixOut:
    told = _fix(fix).model_dump()
    return LatestFixOut(**told, age_s=round(age_s, 1), is_stale=age_s >= POSITION_STALE_AFTER_S)


def _fix(fix: Fix) -> FixOut:
    return FixOut(
        unit_id=fix.unit_id,
        lon=fix.lon,
        lat=fix.lat,
        observed_at=fix.observed_at,
        accuracy_m=fix.accuracy_m,
        heading_deg=fix.heading_deg,
        speed_mps=fix.speed_mps,
    )
