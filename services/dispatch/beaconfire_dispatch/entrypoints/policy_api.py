"""Dispatch's routes for policies: how each priority is answered, and its exceptions."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from beaconfire_contracts.refusals import Invalid, Unavailable
from beaconfire_dispatch.application import change_policy, drop_exception
from beaconfire_dispatch.application.desk import Cells, Desk
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.entrypoints.admitting import everywhere
from beaconfire_dispatch.entrypoints.policy_schemas import (
    ExceptionNamed,
    PolicyIn,
    PolicyOut,
    PolicyPage,
)
from beaconfire_dispatch.entrypoints.shapes import policy_out
from beaconfire_platform.access.subject import NOWHERE, Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute

Priority = Annotated[int, Path(ge=1, le=4)]


class UnknownPolicyArea(Invalid):
    """The grid has no area of this path: name a division or a cell, no response area."""


def policy_routes(edge: Edge, desk: Desk, cells: Cells) -> APIRouter:
    """How each priority is answered."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/policies")
    async def get_policies(call: Annotated[Call, edge.needs("policy.read")]) -> PolicyPage:
        """Targets, patience and mode by priority."""
        edge.permit(call, NOWHERE)
        return PolicyPage(items=[policy_out(one) for one in await desk.views.policies()])

    @router.put("/v1/policies", response_model=PolicyOut)
    async def put_policy(
        call: Annotated[Call, edge.needs("policy.write")], body: PolicyIn
    ) -> Response:
        """Change how one priority is answered, everywhere or in one area or for one type."""
        policy = Policy(
            body.priority, body.mode, body.target_s, body.acknowledge_s, body.late_s, body.area,
            body.type, body.may_divert_unasked,
        )  # fmt: skip

        async def run(tx: Tx) -> Answer:
            kept = await change_policy.change_policy(policy, policies=desk.policies(tx))
            return Answer(200, policy_out(kept), _named(kept.priority, kept.area, kept.type))

        await _expect_known(desk, cells, policy.area)
        resource = await _answered_for(edge, desk, call, policy.area)
        return await edge.command(call, run, keys=change_policy.keys(policy), resource=resource)

    return router


def exception_routes(edge: Edge, desk: Desk) -> APIRouter:
    """An exception is dropped, and its rule holds again."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.delete("/v1/policies/{priority}", status_code=204, response_class=Response)
    async def delete_policy(
        call: Annotated[Call, edge.needs("policy.write")],
        priority: Priority,
        named: Annotated[ExceptionNamed, Query()],
    ) -> Response:
        """Drop an exception of a priority, by its area, its type, or both."""
        command = drop_exception.DropException(priority, named.area, named.type)

        async def run(tx: Tx) -> Answer:
            await drop_exception.drop_exception(command, policies=desk.policies(tx))
            return Answer(204, None)

        await edge.command(
            call,
            run,
            keys=drop_exception.keys(command),
            resource=await _answered_for(edge, desk, call, named.area),
            object_id=_named(priority, named.area, named.type),
        )
        return Response(status_code=204)

    return router


def _named(priority: int, area: str | None, type_code: str | None) -> str:
    return "/".join(filter(None, (f"P{priority}", area, type_code)))


async def _expect_known(desk: Desk, cells: Cells, area: str | None) -> None:
    """UnknownPolicyArea before it is asked who answers for it: nobody does, and that says nothing.

    While geo is away an area that has a policy is believed.
    """
    if area is None:
        return
    try:
        is_known = area in await cells.named([area])
    except Unavailable:
        is_known = any(one.area == area for one in await desk.views.policies())
        if not is_known:
            raise
    if not is_known:
        raise UnknownPolicyArea(pointer="/area", area=area)


async def _answered_for(edge: Edge, desk: Desk, call: Call, area: str | None) -> Resource:
    """Who writes a policy answers for its area; one for everywhere, for every station."""
    if area is not None:
        return Resource(path=area)
    return await everywhere(edge, desk, call)
