"""People over HTTP: who there is, register, grant, revoke."""

from dataclasses import replace
from typing import Annotated, Final

from fastapi import APIRouter, Query, Response

from beaconfire_agency.application import change_grants, register_person, revoke_access
from beaconfire_agency.application.queries import Directory, FrontDoor
from beaconfire_agency.domain.people import Person
from beaconfire_agency.entrypoints.reached import (
    Forget,
    TablesOf,
    body_reached,
    person_named,
    person_reached,
    reaches_all,
)
from beaconfire_agency.entrypoints.schemas import (
    GrantsIn,
    PersonIn,
    PersonOut,
    PersonPage,
    RevokeIn,
)
from beaconfire_agency.entrypoints.views import Cursor, Limit, grants_in, person_out
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id
from beaconfire_platform.web.strict_json import StrictRoute

IDS_MAX: Final = 100
"""People named in one question: who is on duty at a place, with room."""
Ids = Annotated[list[Id] | None, Query(max_length=IDS_MAX)]


def people_routes(
    edge: Edge, door: FrontDoor, directory: Directory, tables_of: TablesOf
) -> APIRouter:
    """Who there is, and who comes new."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.get("/v1/people")
    async def list_people(
        call: Annotated[Call, edge.needs("person.read")],
        cursor: Cursor = None,
        limit: Limit = 100,
        id: Ids = None,  # noqa: A002  (as it is called in the address)
    ) -> PersonPage:
        """People within reach; with `id`, of these alone."""
        found = await directory.people(
            bounds(reach(call.subject, call.action)), after=cursor, limit=limit, ids=id
        )
        following = found[-1].id if len(found) == limit else None
        return PersonPage(items=[person_out(one) for one in found], next=following)

    @router.post(
        "/v1/people",
        status_code=201,
        response_model=PersonOut,
        responses={200: {"model": PersonOut, "description": "It was there already."}},
    )
    async def post_person(
        call: Annotated[Call, edge.needs("person.write")], body: PersonIn
    ) -> Response:
        """Register somebody; the same again answers 200, and never changes the password."""
        hashed = None
        if body.password is not None:
            hashed = await door.new_hash(body.password, body.sign_in)
        command = register_person.RegisterPerson(_person(body), hashed)

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            await reaches_all(tables, call, command.person.grants)
            kept = await register_person.register_person(
                command, bodies=tables.bodies, people=tables.people, facts=tx
            )
            return Answer(201 if kept is command.person else 200, person_out(kept), kept.id)

        return await edge.command(
            replace(call, holds_secret=body.password is not None),
            run,
            keys=register_person.keys(command),
            resource=body_reached(tables_of, body.body),
        )

    return router


def grant_routes(edge: Edge, tables_of: TablesOf, forget: Forget) -> APIRouter:
    """What somebody may do from now on."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/people/{person_id}/grants", response_model=PersonOut)
    async def post_grants(
        call: Annotated[Call, edge.needs("person.write")], person_id: Id, body: GrantsIn
    ) -> Response:
        """Set all grants of a person; what was issued for more is revoked within 5 s."""
        command = change_grants.ChangeGrants(PersonId(person_id), grants_in(body.grants))

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            person, _ = await person_named(tables, person_id)
            await reaches_all(tables, call, person.grants + command.grants)
            changed = await change_grants.change_grants(
                command,
                bodies=tables.bodies,
                people=tables.people,
                facts=tx,
                now=await tables.moments.now(),
            )
            return Answer(200, person_out(changed))

        answer = await edge.command(
            call,
            run,
            keys=change_grants.keys(command),
            resource=person_reached(tables_of, person_id),
            object_id=person_id,
        )
        forget(person_id)
        return answer

    return router


def revocation_routes(edge: Edge, tables_of: TablesOf, forget: Forget) -> APIRouter:
    """That somebody may do nothing any more with what they were given."""
    router = APIRouter(route_class=StrictRoute, tags=["agency"])

    @router.post("/v1/people/{person_id}/revoke", response_model=PersonOut)
    async def post_revoke(
        call: Annotated[Call, edge.needs("person.write")], person_id: Id, body: RevokeIn
    ) -> Response:
        """End all sessions and tokens of a person, everywhere within 5 s."""
        command = revoke_access.RevokeAccess(PersonId(person_id), body.disable)

        async def run(tx: Tx) -> Answer:
            tables = tables_of(tx)
            person, _ = await person_named(tables, person_id)
            await reaches_all(tables, call, person.grants)
            revoked = await revoke_access.revoke_access(
                command,
                people=tables.people,
                sessions=tables.sessions,
                tokens=tables.tokens,
                facts=tx,
                now=await tables.moments.now(),
            )
            return Answer(200, person_out(revoked))

        answer = await edge.command(
            call,
            run,
            keys=revoke_access.keys(command),
            resource=person_reached(tables_of, person_id),
            object_id=person_id,
        )
        forget(person_id)
        return answer

    return router


def _person(body: PersonIn) -> Person:
    return Person(
        id=PersonId(new_id()),
        sign_in=body.sign_in,
        name_zh=body.name_zh,
        name_en=body.name_en,
        language=body.language,
        body=BodyId(body.body),
        grants=grants_in(body.grants),
    )
