"""Sessions: sign in, who am I, sign out."""

from typing import Annotated, Final

from fastapi import APIRouter, Request, Response

from beaconfire_agency.application.close_session import CloseSession, close_session, keys
from beaconfire_agency.application.queries import Directory, FrontDoor
from beaconfire_agency.entrypoints.reached import Forget, TablesOf
from beaconfire_agency.entrypoints.schemas import (
    ExchangeIn,
    ExchangeOut,
    SessionOut,
    SignInIn,
)
from beaconfire_agency.entrypoints.views import session_out
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.refusals import NotFound
from beaconfire_platform.access.subject import NOWHERE, Subject
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.session import COOKIE, Exchange
from beaconfire_platform.web.strangers import source_of
from beaconfire_platform.web.strict_json import StrictRoute

FORGOTTEN: Final = '"cache", "cookies"'
"""What a browser forgets with its session. Not "storage": steps that a phone could not send yet lie
there, and the browser does that in its own time, after whatever the page puts back. Our pages clear
away themselves what they keep of whoever signed out."""


class SecretUnknown(NotFound):
    """The secret opens nothing, or not any more."""


def exchange_routes(edge: Edge, exchange: Exchange) -> APIRouter:
    """For our own services that run apart: what somebody's secret is worth."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/session/exchange", response_model=ExchangeOut)
    async def post_exchange(
        call: Annotated[Call, edge.needs("session.exchange")], body: ExchangeIn
    ) -> ExchangeOut:
        """A signed token for a session's cookie or an API token; nothing is changed by it."""
        edge.permit(call, NOWHERE)
        exchanged = await exchange.exchange(body.secret)
        if exchanged is None:
            raise SecretUnknown
        return ExchangeOut(token=exchanged.token)

    return router


def session_routes(
    edge: Edge, door: FrontDoor, directory: Directory, tables_of: TablesOf, forget: Forget
) -> APIRouter:
    """The one public door, and what is behind it about oneself."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/session", status_code=201)
    async def sign_in(body: SignInIn, request: Request, response: Response) -> SessionOut:
        """Sign in; the answer sets the session's cookie. Each call opens a new session."""
        signed_in = await door.sign_in(
            body.sign_in,
            body.password,
            source=source_of(request),
            correlation_id=request.scope.get("beaconfire.correlation") or new_id(),
        )
        response.set_cookie(
            COOKIE, signed_in.secret, path="/", secure=True, httponly=True, samesite="lax"
        )
        person, session = signed_in.person, signed_in.session
        standing = await directory.standing(person.id, session.id)
        if standing is None:
            raise NotFound
        return session_out(standing, Subject(person.id, person.grants))

    @router.get("/v1/session")
    async def get_session(call: Annotated[Call, edge.needs("session.read")]) -> SessionOut:
        """Who I am, what I may do, where I work."""
        edge.permit(call, NOWHERE)
        standing = await directory.standing(call.subject.id, call.subject.session_id)
        if standing is None:
            raise NotFound
        return session_out(standing, call.subject)

    @router.delete("/v1/session", status_code=204, response_class=Response)
    async def sign_out(call: Annotated[Call, edge.needs("session.close")]) -> Response:
        """Sign out; the session opens nothing any more, anywhere. A bearer has none to close."""
        session_id = call.subject.session_id
        if session_id is None:
            raise NotFound("there is no session to close")
        command = CloseSession(session_id, PersonId(call.subject.id))

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            await close_session(
                command, sessions=tables.sessions, facts=tx, now=await tables.moments.now()
            )
            return Answer(204, None, session_id)

        await edge.command(call, run, keys=keys(command), object_id=session_id)
        forget(call.subject.id)
        gone = Response(status_code=204)
        gone.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        gone.headers["Clear-Site-Data"] = FORGOTTEN
        return gone

    return router
