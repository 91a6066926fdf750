"""Our side of `commands` and `http`: one ordinary command behind the edge, as services have it."""

from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import APIRouter, Response

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.facts.incident import NoteWritten
from beaconfire_contracts.ids import BodyId, IncidentId, NoteId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.access.subject import Resource, Subject
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.logins import role_of
from beaconfire_platform.web.edge import Answer, Call, Edge
from beaconfire_platform.web.fields import Id, Prose, Strict
from beaconfire_platform.web.strict_json import StrictRoute

PATH: Final = "/v1/bench"
ACTION: Final = "incident.note"
HERE: Final = Resource(path="akl.d1.c1")
BENCH: Final = Subject(
    id="bench", grants=(Grant(Role.DISPATCHER, BodyId(role_of("incident")), EVERYWHERE),)
)
STATE: Final = """
    insert into bench_state as s (id, version) values ($1, 1)
    on conflict (id) do update set version = s.version + 1
"""
WHEN: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)


class NoteIn(Strict):
    """A body of the usual kind: an id and some words."""

    id: Id
    text: Prose


class NoteOut(Strict):
    """What it answers."""

    version: int


async def run_command(edge: Edge, call: Call, state_id: str) -> Response:
    """State, fact, answer and audit in one transaction under the state's lock."""

    async def run(tx: Tx) -> Answer:
        await tx.connection.execute(STATE, state_id)
        fact = NoteWritten(IncidentId(state_id), NoteId(new_id()), WHEN)
        await tx.tell(fact, scope=Scope(division="akl"))
        return Answer(201, NoteOut(version=1), state_id)

    return await edge.command(call, run, keys=(aggregate(state_id),), resource=HERE)


def bench_routes(edge: Edge) -> APIRouter:
    """The command as a route."""
    router = APIRouter(route_class=StrictRoute)

    @router.post(PATH, status_code=201, response_model=NoteOut)
    async def post_note(call: Annotated[Call, edge.needs(ACTION)], body: NoteIn) -> Response:
        return await run_command(edge, call, body.id)

    return router
