"""Dispatch's routes for the engine's rules: what it may do, and what it pays beside time."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from beaconfire_dispatch.application import change_engine_rules
from beaconfire_dispatch.application.desk import Desk
from beaconfire_dispatch.domain.engine_rules import (
    DIVERSIONS_MAX,
    MOVES_MAX,
    PRICE_MAX,
    EngineRules,
)
from beaconfire_dispatch.entrypoints.admitting import everywhere
from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Strict
from beaconfire_platform.web.strict_json import StrictRoute

Price = Annotated[float, Field(ge=0, le=PRICE_MAX, allow_inf_nan=False)]


class EngineRulesIn(Strict):
    """Prices, and how many crews may be turned round for one incident."""

    level_price: Price
    cover_price: Price
    diversions_max: Annotated[int, Field(strict=True, ge=0, le=DIVERSIONS_MAX)]
    move_gain_min: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
    moves_per_hour_max: Annotated[int, Field(strict=True, ge=0, le=MOVES_MAX)]


class EngineRulesOut(BaseModel):
    """The rules in force."""

    level_price: float
    cover_price: float
    diversions_max: int
    move_gain_min: float
    moves_per_hour_max: int


def engine_routes(edge: Edge, desk: Desk) -> APIRouter:
    """What the engine may do."""
    router = APIRouter(route_class=StrictRoute, tags=["dispatch"])

    @router.get("/v1/engine-rules")
    async def get_engine_rules(
        call: Annotated[Call, edge.needs("policy.read")],
    ) -> EngineRulesOut:
        """What a level and cover cost, and how many crews are turned round for one incident."""
        edge.permit(call, NOWHERE)
        return _out(await desk.views.engine_rules())

    @router.put("/v1/engine-rules", response_model=EngineRulesOut)
    async def put_engine_rules(
        call: Annotated[Call, edge.needs("policy.write")], body: EngineRulesIn
    ) -> Response:
        """Change them; the next matching goes by them."""
        rules = EngineRules(
            body.level_price, body.cover_price, body.diversions_max, body.move_gain_min,
            body.moves_per_hour_max,
        )  # fmt: skip

        async def run(tx: Tx) -> Answer:
            kept = desk.engine_rules(tx)
            changed = await change_engine_rules.change_engine_rules(rules, kept=kept)
            return Answer(200, _out(changed), "engine-rules")

        resource = await everywhere(edge, desk, call)
        answer = await edge.command(call, run, keys=change_engine_rules.keys(), resource=resource)
        desk.wake()
        return answer

    return router


def _out(rules: EngineRules) -> EngineRulesOut:
    return EngineRulesOut(
        level_price=rules.level_price,
        cover_price=rules.cover_price,
        diversions_max=rules.diversions_max,
        move_gain_min=rules.move_gain_min,
        moves_per_hour_max=rules.moves_per_hour_max,
    )
