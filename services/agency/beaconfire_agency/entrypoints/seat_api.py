"""Seats over HTTP: which there are, who works where, take, leave, hand over."""

from typing import Annotated

from fastapi import APIRouter, Response

from beaconfire_agency.application import (
    hand_over_seat,
    leave_seat,
    register_seat,
    take_seat,
)
from beaconfire_agency.application.queries import Directory
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.entrypoints.reached import Forget, TablesOf, body_reached, seat_reached
from beaconfire_agency.entrypoints.schemas import HandOverIn, SeatIn, SeatOut, SeatPage
from beaconfire_agency.entrypoints.views import Cursor, Limit, seat_out
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, SeatId
from beaconfire_platform.access.allow import allow, reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute


def seat_routes(edge: Edge, directory: Directory, tables_of: TablesOf) -> APIRouter:
    """Which seats there are."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.get("/v1/seats")
    async def list_seats(
        call: Annotated[Call, edge.needs("seat.read")],
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> SeatPage:
        """Seats within reach, and who works there."""
        found = await directory.seats(
            bounds(reach(call.subject, call.action)), after=cursor, limit=limit
        )
        following = found[-1].id if len(found) == limit else None
        return SeatPage(items=[seat_out(one) for one in found], next=following)

    @router.post(
        "/v1/seats",
        status_code=201,
        response_model=SeatOut,
        responses={200: {"model": SeatOut, "description": "It was there already."}},
    )
    async def post_seat(call: Annotated[Call, edge.needs("seat.write")], body: SeatIn) -> Response:
        """Register a seat; the same again answers 200 with the one that exists."""
        seat = Desk(SeatId(new_id()), body.code, body.kind, BodyId(body.body))
        command = register_seat.RegisterSeat(seat)

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            kept = await register_seat.register_seat(
                command, bodies=tables.bodies, seats=tables.seats, facts=tx
            )
            return Answer(201 if kept is seat else 200, seat_out(kept), kept.id)

        return await edge.command(
            call,
            run,
            keys=register_seat.keys(command),
            resource=body_reached(tables_of, body.body),
        )

    return router


def seating_routes(edge: Edge, tables_of: TablesOf, clock: Clock, forget: Forget) -> APIRouter:
    """Who works where; `forget` makes the next request of somebody know their seat."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/seats/{seat_id}/take", response_model=SeatOut)
    async def post_take(call: Annotated[Call, edge.needs("seat.take")], seat_id: Id) -> Response:
        """Sit down at a seat; the seat where one sat before is left."""
        person = PersonId(call.subject.id)
        command = take_seat.TakeSeat(SeatId(seat_id), person)

        async def run(tx: Tx) -> Answer:
            taken = await take_seat.take_seat(
                command, seats=tables_of(tx).seats, facts=tx, now=clock.now()
            )
            return Answer(200, seat_out(taken))

        answer = await edge.command(
            call,
            run,
            keys=take_seat.keys(command),
            resource=seat_reached(tables_of, seat_id),
            object_id=seat_id,
        )
        forget(person)
        return answer

    @router.post("/v1/seats/{seat_id}/leave", response_model=SeatOut)
    async def post_leave(call: Annotated[Call, edge.needs("seat.take")], seat_id: Id) -> Response:
        """Stand up from one's seat."""
        person = PersonId(call.subject.id)
        command = leave_seat.LeaveSeat(SeatId(seat_id), person)

        async def run(tx: Tx) -> Answer:
            left = await leave_seat.leave_seat(
                command, seats=tables_of(tx).seats, facts=tx, now=clock.now()
            )
            return Answer(200, seat_out(left))

        answer = await edge.command(
            call,
            run,
            keys=leave_seat.keys(command),
            resource=seat_reached(tables_of, seat_id),
            object_id=seat_id,
        )
        forget(person)
        return answer

    return router


def hand_over_routes(edge: Edge, tables_of: TablesOf, clock: Clock, forget: Forget) -> APIRouter:
    """Handing a seat to the next person."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/seats/{seat_id}/hand-over", response_model=SeatOut)
    async def post_hand_over(
        call: Annotated[Call, edge.needs("seat.take")], seat_id: Id, body: HandOverIn
    ) -> Response:
        """Offer one's seat to somebody, accept what one was offered, or decide as shift leader."""
        resource = seat_reached(tables_of, seat_id)

        async def run(tx: Tx) -> Answer:
            decides = allow(call.subject, "seat.hand-over", await resource(tx)).allowed
            command = _handing(body, seat_id, call.subject.id, decides=decides)
            tables = tables_of(tx)
            handed = await hand_over_seat.hand_over_seat(
                command, seats=tables.seats, people=tables.people, facts=tx, now=clock.now()
            )
            return Answer(200, seat_out(handed))

        command = _handing(body, seat_id, call.subject.id, decides=False)
        answer = await edge.command(
            call,
            run,
            keys=hand_over_seat.keys(command),
            resource=resource,
            object_id=seat_id,
        )
        forget(call.subject.id)
        forget(body.accepted_by)
        return answer

    return router


def _handing(
    body: HandOverIn, seat_id: str, by: str, *, decides: bool
) -> hand_over_seat.HandOverSeat:
    return hand_over_seat.HandOverSeat(
        seat_id=SeatId(seat_id),
        by=PersonId(by),
        accepted_by=PersonId(body.accepted_by),
        note_id=new_id(),
        notes=body.notes,
        open_incidents=tuple(IncidentId(one) for one in body.open_incidents),
        decided=decides,
    )
