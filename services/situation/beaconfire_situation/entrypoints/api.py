"""Situation's routes: the picture, now and then, and tickets for the feed."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.clock import Clock
from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.database import Tx
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.strict_json import StrictRoute
from beaconfire_situation.application.queries import Desk
from beaconfire_situation.domain.picture import version_hash
from beaconfire_situation.entrypoints.schemas import (
    PictureAsked,
    PictureOut,
    TicketIn,
    TicketOut,
)

TICKET_LIFE_S: Final = 30


def picture_routes(edge: Edge, desk: Desk, clock: Clock) -> APIRouter:
    """What is known."""
    router = APIRouter(route_class=StrictRoute, tags=["situation"])

    @router.get("/v1/picture", response_model=PictureOut)
    async def get_picture(
        call: Annotated[Call, edge.needs("picture.read")],
        asked: Annotated[PictureAsked, Query()],
    ) -> Response:
        """All that you may see, now or as it was known at a moment."""
        sees = desk.sees(call.subject)
        if asked.at is None:
            shown = desk.pictures.now(sees)
        else:
            shown = await desk.pictures.at(sees, asked.at)
        told = {
            "pos": str(shown.pos),
            "epoch": shown.epoch,
            "business_time": clock.now(),
            "hash": version_hash(shown.records),
            "records": shown.records,
        }
        return Response(encode_bytes(told), media_type="application/json")

    @router.post("/v1/feed/ticket", status_code=201, response_model=TicketOut)
    async def post_ticket(
        call: Annotated[Call, edge.needs("feed.open")], body: TicketIn
    ) -> Response:
        """A ticket for one websocket: the second subprotocol beside `beaconfire.feed.v1`."""
        del body
        ticket = desk.new_ticket()

        async def run(tx: Tx) -> Answer:
            await desk.keep_ticket(tx.connection, ticket, call.subject)
            return Answer(201, TicketOut(expires_in_s=TICKET_LIFE_S), None, {"ticket": ticket})

        return await edge.command(call, run, keys=(), resource=NOWHERE)

    return router
