"""`log status` gathers the same of a node and of services apart, and says what it cannot know."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from beaconfire.commands.log_status import SHAPE_APART, SHAPE_NODE, SOURCES_OF, gather
from beaconfire.node.composition import Settings, Shared, compose, schemas
from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.access.tokens import Minter, Verifier, new_signing_key
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.process.logins import Login
from beaconfire_platform.schema import migrate
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import READER, LogHarness
from beaconfire_testkit.node import free_port

_UNFIT = """
    with power as (
        insert into agency.body (id, code, kind, level, name_zh, name_en, division, matters, zone,
                                 pool_seat)
        values (gen_random_uuid(), 'power', 'utility', 'city', '电力公司', 'Power Company', 'root',
                '{}', 'UTC', gen_random_uuid())
        returning id
    )
    insert into agency.topic_held (body, txid, row, why)
    select id, 0, 0, 'it has 1 partitions' from power
"""
NAMES = ("BOOTSTRAP_SERVERS", "PREFIX")


@pytest.fixture
async def table(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


def use(monkeypatch: pytest.MonkeyPatch, harness: KafkaHarness) -> None:
    """The environment of a service apart."""
    for name, said in zip(
        NAMES, (harness.settings.bootstrap, harness.settings.prefix), strict=True
    ):
        monkeypatch.setenv(f"BEACONFIRE_KAFKA_{name}", said)


async def test_a_consumer_that_never_began_has_everything_before_it(
    table: LogHarness, database: str
) -> None:
    await table.tell("a", "b")
    status = await gather([READER], None, database)

    [service] = status.services
    [shard] = service.consumers[READER]
    assert (status.shape, service.error) == (SHAPE_NODE, None)
    assert (shard.at, shard.lag) == (None, 2)
    assert shard.oldest is not None


async def test_lag_goes_back_to_nought(table: LogHarness, database: str) -> None:
    await table.tell("a")
    await table.drain(table.consumer(READER))
    [service] = (await gather([READER], None, database)).services

    assert service.consumers[READER][0].lag == 0
    assert service.horizon is not None
    assert service.books is not None
    assert service.books.head == service.consumers[READER][0].at


async def test_on_topics_lag_is_what_the_broker_has_more(
    kafka_harness: KafkaHarness, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, kafka_harness)
    monkeypatch.setitem(SOURCES_OF, READER, frozenset({"geo"}))  # type: ignore[arg-type]  # the topics of one test
    await kafka_harness.tell("a", "b", "c")
    await kafka_harness.published()
    before = await gather([READER], None, database)
    await kafka_harness.drain(kafka_harness.consumer(READER))
    after = await gather([READER], None, database)

    assert before.shape == SHAPE_APART
    assert _lag(before) == 3
    assert _lag(after) == 0
    assert sum(end.row for end in after.ends.values()) == 3


async def test_a_broker_that_is_away_leaves_everything_else_known(
    table: LogHarness, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{free_port()}")
    await table.tell("a")
    status = await gather([READER], None, database)

    assert status.log_error is not None
    assert "lets nobody in" in status.log_error
    assert _lag(status) is None
    assert status.services[0].books is not None


async def test_one_database_that_is_away_hides_no_other(
    table: LogHarness, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACONFIRE_SITUATION_DATABASE_URL", database)
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/x"
    monkeypatch.setenv("BEACONFIRE_GEO_DATABASE_URL", nowhere)
    here, away = (await gather([READER, "geo"], None, None)).services

    assert here.error is None
    assert away.error is not None
    assert "see BEACONFIRE_GEO_DATABASE_URL" in away.error


async def test_machines_are_given_every_shard(table: LogHarness, database: str) -> None:
    await table.tell("a")
    found: dict[str, Any] = json.loads((await gather([READER], None, database)).as_json())

    [service] = found["services"]
    assert found["shape"] == SHAPE_NODE
    assert service["consumers"][READER][0] | {"oldest": None} == {
        "shard": "log", "at": None, "moved_at": None, "lag": 1, "oldest": None,
    }  # fmt: skip


async def test_a_body_outside_whose_topic_is_unfit_is_told_to_machines_too(database: str) -> None:
    await migrate(database, schemas())
    owner = await asyncpg.connect(database)
    await owner.execute(_UNFIT)
    await owner.close()
    status = await gather(["agency", "geo"], None, database)
    found: dict[str, Any] = json.loads(status.as_json())

    agency, geo = found["services"]
    [held] = agency["held"]
    assert (held["code"], held["name_zh"], held["name_en"], held["why"], held["events"]) == (
        "power", "电力公司", "Power Company", "it has 1 partitions", 0,
    )  # fmt: skip
    assert geo["held"] == []


async def test_it_knows_each_consumer_that_is_built_and_what_it_reads(
    database: str, tmp_path: Path
) -> None:
    await migrate(database, schemas())
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        composition = await compose(
            Shared(
                login_of=lambda role: Login(database, role),
                origin="http://127.0.0.1:9",
                clock=RunningClock(),
                minter=(minter := Minter(new_signing_key())),
                settings=Settings.from_environment({}, key_folder=tmp_path),
                verifier=Verifier(minter.public_key),
                bell=Doorbell(),
                log_pool=pool,
            )
        )
        built = [one for service in composition.services for one in service.consumers]
        await composition.close()

    assert {one.name: one.sources for one in built} == SOURCES_OF
    assert all(sources <= TOPICS.keys() for sources in SOURCES_OF.values())


def _lag(status: Any) -> int | None:
    shards = status.services[0].consumers[READER]
    known = [one.lag for one in shards if one.lag is not None]
    return sum(known) if len(known) == len(shards) and shards else None


@pytest.fixture
async def kafka_harness(database: str, kafka: str) -> AsyncGenerator[KafkaHarness]:
    async with KafkaHarness(database, kafka).running() as running:
        yield running
