"""Geo's routes for matters: which agency answers for what and where, looked at and assigned."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Response

from beaconfire_geo.application import assign_matters
from beaconfire_geo.application.desks import MatterDesk
from beaconfire_geo.application.ports import MapsInForce, Matters
from beaconfire_geo.domain.matters import MatterRule, check_matters
from beaconfire_geo.entrypoints.matter_schemas import (
    MattersIn,
    MattersOut,
    MattersPreviewOut,
    matters_out,
    rules_out,
)
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Moment
from beaconfire_platform.web.strict_json import StrictRoute


def matter_routes(
    edge: Edge,
    desk: MatterDesk,
    maps: MapsInForce,
    clock: Clock,
    *,
    writing: Callable[[Any], Matters],
) -> APIRouter:
    """Matters."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.get("/v1/matters")
    async def get_matters(
        call: Annotated[Call, edge.needs("matter.read")], at: Moment | None = None
    ) -> MattersOut:
        """Which agency answers for which matter where, now or then, and what holds otherwise."""
        edge.permit(call, NOWHERE)
        edition, _ = await desk.in_force(at)
        return matters_out(edition, tuple(desk.defaults))

    @router.put("/v1/matters", response_model=MattersOut)
    async def put_matters(
        call: Annotated[Call, edge.needs("matter.write")], body: MattersIn
    ) -> Response:
        """Assign matters, all of them; the same again changes nothing."""
        rules = tuple(one.of() for one in body.rules)
        edition, _ = await desk.in_force()
        _permit(edge, call, maps, [*rules, *edition.rules])
        command = assign_matters.AssignMatters(rules, body.replaces, call.subject.id)

        async def run(tx: Tx) -> Answer:
            kept = await assign_matters.assign_matters(
                command,
                matters=writing(tx),
                known_areas=_known(maps, rules),
                facts=tx,
                now=clock.now(),
            )
            named = f"matters/{kept.version}"
            return Answer(200, matters_out(kept, tuple(desk.defaults)), named)

        return await edge.command(
            call,
            run,
            keys=assign_matters.keys(command),
            resource=Resource(path=maps.root_path()),
        )

    return router


def matter_preview_routes(edge: Edge, desk: MatterDesk, maps: MapsInForce) -> APIRouter:
    """Matters, looked at before they are assigned."""
    router = APIRouter(route_class=StrictRoute, tags=["geo"])

    @router.post("/v1/matters/preview")
    async def post_preview(
        call: Annotated[Call, edge.needs("matter.write")], body: MattersIn
    ) -> MattersPreviewOut:
        """What assigning these would change, or all that is wrong with them."""
        rules = tuple(one.of() for one in body.rules)
        edition, bodies = await desk.in_force()
        _permit(edge, call, maps, [*rules, *edition.rules])
        check_matters(rules, bodies, _known(maps, rules))
        before = set(edition.rules)
        return MattersPreviewOut(
            version=edition.version,
            added=rules_out(tuple(one for one in rules if one not in before)),
            removed=rules_out(tuple(one for one in edition.rules if one not in set(rules))),
            unchanged=len(before & set(rules)),
        )

    return router


def _permit(edge: Edge, call: Call, maps: MapsInForce, rules: Sequence[MatterRule]) -> None:
    """Whoever assigns must be trusted with the whole place, and with each area that is named."""
    paths = {one.area for one in rules} | {maps.root_path()}
    for path in sorted(paths, key=str):
        edge.permit(call, Resource(path=path))


def _known(maps: MapsInForce, rules: Sequence[MatterRule]) -> list[str]:
    found = (maps.area(one.area.rpartition(".")[2]) for one in rules)
    return [one.path for one in found if one is not None]
