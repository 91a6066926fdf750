"""Agency under test with an authority founded, and people who sign in as people do."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from beaconfire_agency.adapters.argon import ArgonPasswords
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application.ports import Tables
from beaconfire_agency.application.register_body import RegisterBody, register_body
from beaconfire_agency.application.register_person import RegisterPerson, register_person
from beaconfire_agency.application.register_seat import RegisterSeat, register_seat
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.people import Person
from beaconfire_agency.domain.seats import Desk
from beaconfire_agency.main import build, found
from beaconfire_agency.settings import AgencySettings
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, PersonId, SeatId
from beaconfire_contracts.vocabulary import BodyKind, Role, SeatKind
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_testkit.log_harness import as_role
from beaconfire_testkit.postgres import PostgresServer
from beaconfire_testkit.service import SIGNING_KEY, ServiceUnderTest, running_service

from .subscribers import Shared

PASSWORD: Final = "a lantern on the wall"
ORIGIN: Final = {"Origin": "http://test"}


@dataclass(slots=True)
class Centre:
    """A founded deployment: agency, its root body, its first administrator signed in."""

    under_test: ServiceUnderTest
    root: dict[str, Any]
    administrator: httpx.AsyncClient
    first_password: str

    def stranger(self) -> httpx.AsyncClient:
        """A browser that nobody signed in with."""
        client = self.under_test.client()
        client.headers.update(ORIGIN)
        return client

    async def signed_in(self, sign_in: str, password: str = PASSWORD) -> httpx.AsyncClient:
        """A browser in which somebody signed in."""
        client = self.stranger()
        answer = await client.post("/v1/session", json={"sign_in": sign_in, "password": password})
        assert answer.status_code == 201, answer.text
        client.headers["Cookie"] = answer.headers["set-cookie"].partition(";")[0]
        return client

    async def body(self, code: str, division: str, **more: Any) -> dict[str, Any]:
        """A body of the root's territory."""
        asked = {
            "code": code,
            "kind": "centre",
            "level": "city",
            "name_zh": f"{code}中心",
            "name_en": f"Centre {code}",
            "territorial_parent": self.root["id"],
            "division": division,
            "zone": "Pacific/Auckland",
        }
        answer = await self.administrator.post("/v1/bodies", json=asked | more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def person(
        self, sign_in: str, body: dict[str, Any], *roles: str, **more: Any
    ) -> dict[str, Any]:
        """Somebody with roles for a body, reaching its division."""
        grants = [{"role": one, "body": body["id"], "reach": body["division"]} for one in roles]
        asked = {
            "sign_in": sign_in,
            "name_zh": "张三",
            "name_en": "Zhang San",
            "body": body["id"],
            "grants": grants,
            "password": PASSWORD,
        }
        answer = await self.administrator.post("/v1/people", json=asked | more)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    async def seat(self, code: str, body: dict[str, Any], kind: str = "dispatching") -> Any:
        """A desk of a body."""
        asked = {"code": code, "kind": kind, "body": body["id"]}
        answer = await self.administrator.post("/v1/seats", json=asked)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


def quick() -> ArgonPasswords:
    """Passwords that cost nothing: what R50 asks is shown where hashing is (`test_argon.py`)."""
    return ArgonPasswords(memory_kib=8, time_cost=1, parallelism=1)


@pytest.fixture
async def agency(database: str, tmp_path: Path) -> AsyncGenerator[ServiceUnderTest]:
    key = tmp_path / "token.jwk"
    key.write_text(SIGNING_KEY)
    key.chmod(0o600)

    async def building(ground: Ground) -> Service:
        return await build(ground, AgencySettings(key_folder=tmp_path), passwords=quick())

    async with running_service(database, "agency", building) as running:
        yield running


@pytest.fixture
async def centre(agency: ServiceUnderTest) -> Centre:
    database = agency.ground.database
    founded = await found(database, code="root", division="root", zone="UTC", passwords=quick())
    assert founded is not None
    centre = Centre(agency, {}, agency.client(), founded.password)
    centre.administrator = await centre.signed_in(founded.sign_in, founded.password)
    session = (await centre.administrator.get("/v1/session")).json()
    centre.root = session["body"]
    return centre


class Undone(Exception):  # noqa: N818  (it is no error)
    """The end of a test that leaves nothing behind."""


@dataclass(slots=True)
class Work:
    """One open transaction on agency's real tables, undone after the test."""

    tx: Tx
    tables: Tables

    def new_body(self, code: str) -> Body:
        """A body that nobody registered yet."""
        return a_body(code)

    def new_person(self, sign_in: str, body: Body) -> Person:
        """A person whom nobody registered yet."""
        return a_person(sign_in, body)

    @property
    def told(self) -> list[Fact]:
        """What was told so far."""
        return list(self.tx.told)

    async def body(self, code: str = "akl", **more: Any) -> Body:
        """A registered body."""
        body = a_body(code, **more)
        return await register_body(
            RegisterBody(body), bodies=self.tables.bodies, seats=self.tables.seats, facts=self.tx
        )

    async def person(self, sign_in: str = "mei", body: Body | None = None, **more: Any) -> Person:
        """A registered person, a dispatcher unless said otherwise."""
        home = body or await self.tables.bodies.by_code("akl") or await self.body()
        person = a_person(sign_in, home, **more)
        return await register_person(
            RegisterPerson(person, "no hash"),
            bodies=self.tables.bodies,
            people=self.tables.people,
            facts=self.tx,
        )

    async def seat(self, code: str = "D1", body: Body | None = None) -> Desk:
        """A registered seat."""
        home = body or await self.tables.bodies.by_code("akl") or await self.body()
        seat = Desk(SeatId(new_id()), code, SeatKind.DISPATCHING, home.id)
        return await register_seat(
            RegisterSeat(seat), bodies=self.tables.bodies, seats=self.tables.seats, facts=self.tx
        )


def a_body(code: str, **more: Any) -> Body:
    """A body that nobody registered yet."""
    body = Body(
        id=BodyId(new_id()),
        code=code,
        kind=BodyKind.CENTRE,
        level="city",
        name_zh="指挥中心",
        name_en="Centre",
        territorial_parent=None,
        professional_parent=None,
        division=code,
        matters=("fire",),
        zone="Pacific/Auckland",
        pool_seat=SeatId(new_id()),
    )
    return replace(body, **more)


def a_person(sign_in: str, body: Body, **more: Any) -> Person:
    """A person whom nobody registered yet."""
    grant = Grant(Role.DISPATCHER, body.id, body.division)
    person = Person(PersonId(new_id()), sign_in, "张三", "Zhang San", "zh", body.id, (grant,))
    return replace(person, **more)


@pytest.fixture(scope="session")
async def agency_database(postgres_server: PostgresServer) -> AsyncGenerator[Database]:
    name = f"agency_{new_id().replace('-', '')[-12:]}"
    dsn = await postgres_server.create(name)
    await migrate(dsn, [ServiceSchema("agency", "beaconfire_agency", "beaconfire_agency")])
    database = await Database.connect(
        "agency", as_role(dsn, "beaconfire_agency"), bell=Doorbell(), connections=2
    )
    yield database
    await database.close()
    await postgres_server.drop(name)


@pytest.fixture
async def work(agency_database: Database) -> AsyncGenerator[Work]:
    cause = Cause(actor="test", correlation_id="work")
    with contextlib.suppress(Undone):
        async with agency_database.transaction(cause=cause) as tx:
            yield Work(tx, tables_of(tx))
            raise Undone


@pytest.fixture
async def shared(work: Work) -> Shared:
    return Shared(work.tx)
