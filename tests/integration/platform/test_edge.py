"""The edge: who may, one transaction a command, audited, answered once a key."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated, Any

import httpx
import pytest
from fastapi import APIRouter, Response
from pydantic import BaseModel

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.refusals import Conflict, NotFound, UnitTaken
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.database import Tx
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Answer, Call
from beaconfire_platform.web.strict_json import StrictRoute
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject, running_service

PASSWORD = "a lantern on the wall"


class _Body(BaseModel):
    word: str


@dataclass
class Counter:
    """How often the command's inside ran."""

    runs: int = 0


async def a_service(ground: Ground, counter: Counter) -> Service:
    """One route of the incident service, in front of the real edge."""
    router = APIRouter(route_class=StrictRoute)

    @router.post("/v1/say")
    async def say(
        body: _Body, call: Annotated[Call, ground.edge.needs("incident.note")]
    ) -> Response:
        if body.word == "early":
            raise UnitTaken

        async def run(tx: Tx) -> Answer:
            counter.runs += 1
            if body.word == "wait":
                await asyncio.sleep(0.5)
            if body.word == "no":
                raise Conflict
            await tx.tell(an_example_of(IncidentHandled))
            return Answer(201, {"word": body.word, "run": counter.runs}, "obj", {"once": "secret"})

        key = an_example_of(IncidentHandled).incident_id
        call = replace(call, holds_secret=body.word == PASSWORD)
        return await ground.edge.command(
            call, run, keys=(aggregate(key),), resource=Resource(path="akl.d1"), object_id="obj"
        )

    @router.post("/v1/say/{object_id}")
    async def say_to(call: Annotated[Call, ground.edge.needs("incident.note")]) -> None:
        raise NotFound

    @router.get("/v1/said")
    async def said(call: Annotated[Call, ground.edge.needs("incident.note")]) -> None:
        raise NotFound

    return Service("incident", router)


@pytest.fixture
async def counter() -> Counter:
    return Counter()


@pytest.fixture
async def running(database: str, counter: Counter) -> AsyncGenerator[ServiceUnderTest]:
    async def build(ground: Ground) -> Service:
        return await a_service(ground, counter)

    async with running_service(database, "incident", build) as made:
        yield made


async def say(client: httpx.AsyncClient, word: str, key: str | None = None) -> httpx.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    return await client.post("/v1/say", json={"word": word}, headers=headers)


async def audit(running: ServiceUnderTest) -> list[Any]:
    return await running.ground.database.pool.fetch(
        "select actor, action, object, result, code, seat from audit order by id"
    )


async def test_what_is_kept_of_a_password_is_slow_to_guess_at(running: ServiceUnderTest) -> None:
    async with running.client(a_subject(Role.CALL_TAKER, reach="akl")) as client:
        first = await say(client, PASSWORD, "k1")
        again = await say(client, PASSWORD, "k1")
        other = await say(client, PASSWORD, "k2")

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 201)
    assert again.headers["idempotency-replayed"] == "true"
    kept = await running.ground.database.pool.fetch("select fingerprint from idempotency")
    quick = sha256(b'POST /v1/say\n{"word":"%s"}' % PASSWORD.encode()).digest()
    assert len({bytes(one["fingerprint"]) for one in kept} - {quick}) == 2


async def test_a_command_is_done_told_and_audited_in_one(running: ServiceUnderTest) -> None:
    ana = a_subject(Role.CALL_TAKER, reach="akl", seat="d1", person_id=new_id())
    async with running.client(ana) as client:
        answer = await say(client, "hello")

    assert (answer.status_code, answer.json()["once"]) == (201, "secret")
    assert len(await running.told(IncidentHandled)) == 1
    [row] = await audit(running)
    assert tuple(row) == (ana.id, "incident.note", "obj", "done", None, "d1")


async def test_a_key_is_answered_once_and_the_secret_is_not_repeated(
    running: ServiceUnderTest, counter: Counter
) -> None:
    async with running.client(a_subject(Role.CALL_TAKER)) as client:
        first = await say(client, "hello", "k")
        again = await say(client, "hello", "k")
        other = await say(client, "another", "k")

    assert again.json() == {"word": "hello", "run": 1}
    assert again.status_code == first.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    assert counter.runs == 1


async def test_a_key_is_its_callers_own(running: ServiceUnderTest, counter: Counter) -> None:
    for _ in range(2):
        async with running.client(a_subject(Role.CALL_TAKER)) as client:
            assert (await say(client, "hello", "k")).status_code == 201
    assert counter.runs == 2


async def test_the_same_request_twice_at_once_runs_once(
    running: ServiceUnderTest, counter: Counter
) -> None:
    async with running.client(a_subject(Role.CALL_TAKER)) as client:
        answers = await asyncio.gather(*(say(client, "wait", "k") for _ in range(4)))

    assert sorted(one.status_code for one in answers).count(201) >= 1
    assert {one.json().get("code", "answered") for one in answers} <= {
        "answered", "answer_in_flight",
    }  # fmt: skip
    assert counter.runs == 1


async def test_who_waits_too_long_for_others_is_asked_to_come_again_and_loses_nothing(
    running: ServiceUnderTest, counter: Counter
) -> None:
    held = aggregate(an_example_of(IncidentHandled).incident_id)
    cause = Cause(actor="test", correlation_id="test")
    async with running.client(a_subject(Role.CALL_TAKER)) as client:
        async with running.ground.database.transaction(held, cause=cause):
            waited = await say(client, "hello", "k")
        again = await say(client, "hello", "k")

    assert (waited.status_code, waited.json()["code"]) == (503, "busy")
    assert waited.headers["retry-after"] == "1"
    assert (again.status_code, counter.runs) == (201, 1)


async def test_a_refusal_leaves_an_audit_row_and_nothing_else(running: ServiceUnderTest) -> None:
    async with running.client(a_subject(Role.CALL_TAKER)) as client:
        assert (await say(client, "no")).status_code == 409

    assert await running.told(IncidentHandled) == []
    assert [(row["result"], row["code"]) for row in await audit(running)] == [
        ("refused", "conflict")
    ]


@pytest.mark.parametrize(
    ("role", "reach", "status"),
    [
        (Role.CALL_TAKER, "akl", 201),
        (Role.CALL_TAKER, "akl.d2", 404),
        (Role.VIEWER, "akl", 403),
        (Role.REPORTER, "akl", 403),
    ],
)
async def test_who_may_not_is_told_so_or_that_there_is_nothing(
    running: ServiceUnderTest, role: Role, reach: str, status: int
) -> None:
    async with running.client(a_subject(role, reach=reach)) as client:
        assert (await say(client, "hello")).status_code == status


async def test_without_a_token_nobody_is_anybody(
    running: ServiceUnderTest, counter: Counter
) -> None:
    async with running.client() as client:
        assert (await say(client, "hello")).status_code == 401
        client.headers["Authorization"] = "Bearer made-up"
        assert (await say(client, "hello")).status_code == 401
    assert counter.runs == 0
    assert await audit(running) == []


async def test_whoever_is_refused_before_the_command_begins_is_in_the_audit_as_well(
    running: ServiceUnderTest,
) -> None:
    viewer = a_subject(Role.VIEWER, person_id=new_id())
    taker = a_subject(Role.CALL_TAKER, reach="akl", seat="d1", person_id=new_id())
    about = new_id()
    async with running.client(viewer) as client:
        assert (await say(client, "hello")).status_code == 403
    async with running.client(taker) as client:
        assert (await say(client, "early")).status_code == 409
        assert (await client.post(f"/v1/say/{about}")).status_code == 404
        assert (await client.post("/v1/say/%00")).status_code == 404

    assert [tuple(row) for row in await audit(running)] == [
        (viewer.id, "incident.note", None, "refused", "forbidden", None),
        (taker.id, "incident.note", None, "refused", "unit_taken", "d1"),
        (taker.id, "incident.note", about, "refused", "not_found", "d1"),
        (taker.id, "incident.note", None, "refused", "not_found", "d1"),
    ]


async def test_what_is_no_command_is_not_in_the_audit(running: ServiceUnderTest) -> None:
    async with running.client(a_subject(Role.VIEWER)) as client:
        assert (await client.get("/v1/said")).status_code == 403
    async with running.client(a_subject(Role.CALL_TAKER)) as client:
        no_json = await client.post(
            "/v1/say", content=b"{", headers={"content-type": "application/json"}
        )
        misfit = await client.post("/v1/say", json={"word": 1})

    assert (no_json.status_code, misfit.status_code) == (400, 422)
    assert await audit(running) == []


async def test_nobody_s_body_is_read_before_they_are_known(running: ServiceUnderTest) -> None:
    async def body() -> AsyncGenerator[bytes]:
        raise AssertionError("it was read")
        yield b""

    for subject, status in ((None, 401), (a_subject(Role.VIEWER), 403)):
        async with running.client(subject) as client:
            refused = await client.post(
                "/v1/say", content=body(), headers={"content-type": "application/json"}
            )
        assert refused.status_code == status


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\tkey"])
async def test_a_key_that_can_be_none_is_refused(running: ServiceUnderTest, key: str) -> None:
    async with running.client(a_subject(Role.CALL_TAKER)) as client:
        answer = await say(client, "hello", key)
    assert (answer.status_code, answer.json()["pointer"]) == (422, "/idempotency-key")


async def test_an_action_that_stands_under_no_role_does_not_start(
    running: ServiceUnderTest,
) -> None:
    with pytest.raises(ValueError, match="no role may ever"):
        running.ground.edge.needs("incident.destroy")
