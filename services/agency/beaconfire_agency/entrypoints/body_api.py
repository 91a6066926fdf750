"""Bodies and the audit over HTTP."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from beaconfire_agency.application.queries import Directory
from beaconfire_agency.application.register_body import RegisterBody, keys, register_body
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.entrypoints.reached import TablesOf
from beaconfire_agency.entrypoints.schemas import AuditPage, BodyIn, BodyOut, BodyPage
from beaconfire_agency.entrypoints.views import Cursor, Limit, audit_out, body_out
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute


def body_routes(edge: Edge, directory: Directory, tables_of: TablesOf) -> APIRouter:
    """Bodies, and what was done."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.get("/v1/bodies")
    async def list_bodies(
        call: Annotated[Call, edge.needs("body.read")],
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> BodyPage:
        """Bodies within reach."""
        found = await directory.bodies(
            bounds(reach(call.subject, call.action)), after=cursor, limit=limit
        )
        following = found[-1].id if len(found) == limit else None
        return BodyPage(items=[body_out(one) for one in found], next=following)

    @router.post(
        "/v1/bodies",
        status_code=201,
        response_model=BodyOut,
        responses={200: {"model": BodyOut, "description": "It was there already."}},
    )
    async def post_body(call: Annotated[Call, edge.needs("body.write")], body: BodyIn) -> Response:
        """Register a body; the same again answers 200 with the one that exists."""
        command = RegisterBody(_body(body))

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            kept = await register_body(command, bodies=tables.bodies, seats=tables.seats, facts=tx)
            return Answer(201 if kept is command.body else 200, body_out(kept), kept.id)

        return await edge.command(
            call, run, keys=keys(command), resource=Resource(path=body.division)
        )

    @router.get("/v1/audit")
    async def list_audit(
        call: Annotated[Call, edge.needs("audit.read")],
        cursor: Annotated[str | None, Query(pattern=r"^[0-9]{1,18}$")] = None,
        limit: Limit = 100,
    ) -> AuditPage:
        """What people within reach did in agency, oldest first; the cursor goes on from there."""
        rows = await directory.audit(
            bounds(reach(call.subject, call.action)), after=int(cursor or 0), limit=limit
        )
        following = str(rows[-1].id) if len(rows) == limit else None
        return AuditPage(items=[audit_out(one) for one in rows], next=following)

    return router


def _body(body: BodyIn) -> Body:
    territorial, professional = body.territorial_parent, body.professional_parent
    return Body(
        id=BodyId(new_id()),
        code=body.code,
        kind=body.kind,
        level=body.level,
        name_zh=body.name_zh,
        name_en=body.name_en,
        territorial_parent=None if territorial is None else BodyId(territorial),
        professional_parent=None if professional is None else BodyId(professional),
        division=body.division,
        matters=tuple(body.matters),
        zone=body.zone,
        pool_seat=SeatId(new_id()),
    )
