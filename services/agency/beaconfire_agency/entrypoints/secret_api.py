"""Passwords and API tokens over HTTP: secrets come in or are shown once, and are kept as hashes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Request, Response

from beaconfire_agency.application import change_password, issue_token, withdraw_token
from beaconfire_agency.application.ports import Secret, Tables
from beaconfire_agency.application.queries import Directory, FrontDoor
from beaconfire_agency.domain.passwords import check_password
from beaconfire_agency.domain.sessions import ApiToken
from beaconfire_agency.entrypoints.reached import (
    Forget,
    TablesOf,
    person_named,
    person_reached,
    reaches_all,
)
from beaconfire_agency.entrypoints.schemas import PasswordIn, TokenIn, TokenOut, TokenPage
from beaconfire_agency.entrypoints.views import (
    Cursor,
    Limit,
    person_resource,
    token_out,
)
from beaconfire_contracts.ids import PersonId, UnitId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import Forbidden, Invalid, NotFound
from beaconfire_platform.access.allow import ACTIONS, may_ever, reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strangers import source_of
from beaconfire_platform.web.strict_json import StrictRoute


class CurrentPasswordNeeded(Invalid):
    """Changing one's own password needs the present one."""


def password_routes(edge: Edge, door: FrontDoor, tables_of: TablesOf, forget: Forget) -> APIRouter:
    """Passwords: one's own, and those of people within an administrator's reach."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/people/{person_id}/password", status_code=204, response_class=Response)
    async def post_password(
        call: Annotated[Call, edge.needs("password.change")],
        person_id: Id,
        body: PasswordIn,
        request: Request,
    ) -> Response:
        """Change a password; every session opened with the old one ends, also one's own."""
        is_own = person_id == call.subject.id
        if is_own:
            if body.current is None:
                raise CurrentPasswordNeeded(pointer="/current")
            await door.confirm(person_id, body.current, source=source_of(request))
        else:
            if not may_ever(call.subject, "person.write"):
                raise Forbidden
            call = replace(call, action="person.write")
        hashed = await door.new_hash(body.password, "")
        command = change_password.ChangePassword(PersonId(person_id), hashed)

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            person, _ = await person_named(tables, person_id)
            check_password(body.password, person.sign_in)
            if not is_own:
                await reaches_all(tables, call, person.grants)
            await change_password.change_password(
                command,
                people=tables.people,
                sessions=tables.sessions,
                facts=tx,
                now=await tables.moments.now(),
            )
            return Answer(200, {}, person_id)

        await edge.command(
            replace(call, holds_secret=True),
            run,
            keys=change_password.keys(command),
            resource=person_reached(tables_of, person_id),
            object_id=person_id,
        )
        forget(person_id)
        return Response(status_code=204)

    return router


def token_routes(
    edge: Edge, directory: Directory, tables_of: TablesOf, new_secret: Callable[[], Secret]
) -> APIRouter:
    """API tokens in force, and new ones."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.get("/v1/tokens")
    async def list_tokens(
        call: Annotated[Call, edge.needs("token.read")],
        cursor: Cursor = None,
        limit: Limit = 100,
    ) -> TokenPage:
        """Tokens in force of people within reach; never their secrets."""
        found = await directory.tokens(
            bounds(reach(call.subject, call.action)), after=cursor, limit=limit
        )
        following = found[-1].id if len(found) == limit else None
        return TokenPage(items=[token_out(one) for one in found], next=following)

    @router.post("/v1/tokens", status_code=201, response_model=TokenOut)
    async def post_token(
        call: Annotated[Call, edge.needs("token.write")], body: TokenIn
    ) -> Response:
        """Issue a token; its secret is in this answer and nowhere else, a replay is without it."""
        secret = new_secret()

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            person, _ = await person_named(tables, body.person_id)
            await reaches_all(tables, call, person.grants)
            command = await _issuing(tables, body, secret, by=call.subject.id)
            kept = await issue_token.issue_token(
                command, people=tables.people, tokens=tables.tokens, actions=ACTIONS
            )
            once = {"token": secret.text}
            return Answer(201, token_out(kept), kept.id, shown_once=once)

        return await edge.command(
            call,
            run,
            keys=(aggregate(body.person_id),),
            resource=person_reached(tables_of, body.person_id),
        )

    return router


def withdrawal_routes(
    edge: Edge, directory: Directory, tables_of: TablesOf, forget: Forget
) -> APIRouter:
    """API tokens that end early."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.delete("/v1/tokens/{token_id}", status_code=204, response_class=Response)
    async def delete_token(
        call: Annotated[Call, edge.needs("token.write")], token_id: Id
    ) -> Response:
        """Withdraw a token; it opens nothing any more, anywhere, within 5 s."""
        person_id = await directory.bearer_of(token_id)
        command = withdraw_token.WithdrawToken(token_id, PersonId(person_id or ""))

        async def resource(tx: Tx) -> Resource:
            tables = tables_of(tx)
            if person_id is None or await tables.tokens.get(token_id) is None:
                raise NotFound
            return person_resource(*await person_named(tables, person_id))

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            await withdraw_token.withdraw_token(
                command, tokens=tables.tokens, facts=tx, now=await tables.moments.now()
            )
            return Answer(200, {}, token_id)

        await edge.command(
            call, run, keys=withdraw_token.keys(command), resource=resource, object_id=token_id
        )
        forget(command.person_id)
        return Response(status_code=204)

    return router


async def _issuing(
    tables: Tables, body: TokenIn, secret: Secret, *, by: str
) -> issue_token.IssueToken:
    unit = body.unit_id
    token = ApiToken(
        id=new_id(),
        person_id=PersonId(body.person_id),
        name=body.name,
        scopes=tuple(sorted(set(body.scopes))),
        unit_id=None if unit is None else UnitId(unit),
        issued_at=await tables.moments.now(),
        expires_at=body.expires_at,
    )
    return issue_token.IssueToken(token, secret, PersonId(by))
