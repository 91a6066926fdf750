"""What took effect at each of the harness's own consumers is read back as it was."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_testkit.builders import AN_ID
from beaconfire_testkit.node import free_port
from chaos.observer import CONTROLS, RIGHT, WITNESS, Observer

A, B = ("incident", "a"), ("geo", "b")
RIGHTLY = [(A, 1), (B, 1), (A, 2), (A, 3), (B, 2)]
Row = tuple[tuple[str, str], int]


@pytest.fixture
async def observer(database: str) -> AsyncGenerator[Observer]:
    """One whose brokers are away: what is in its books was put there."""
    kafka = KafkaSettings(f"127.0.0.1:{free_port()}", prefix=f"t-{new_id()[-12:]}")
    made = Observer(database, kafka, seed=1)
    await made.start()
    await made.stop()
    yield made
    await made.close()


@pytest.fixture
async def owner(database: str, observer: Observer) -> AsyncGenerator[asyncpg.Connection]:
    del observer
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


async def plant(owner: asyncpg.Connection, rows: list[Row], name: str = RIGHT) -> None:
    await owner.execute("delete from situation.effect where consumer = $1", name)
    await owner.executemany(
        "insert into situation.effect (consumer, source, key, version, fact_id) "
        "values ($1, $2, $3, $4, $5)",
        [(name, *stream, version, AN_ID) for stream, version in rows],
    )


async def test_each_consumer_has_its_own(observer: Observer, owner: asyncpg.Connection) -> None:
    await plant(owner, RIGHTLY)
    for name in (WITNESS, *CONTROLS):
        await plant(owner, RIGHTLY[2:], name)
    await owner.execute(
        "insert into situation.seen (consumer, source, key, version) "
        "values ('observer', 'geo', 'b', 2), ('position-first', 'geo', 'b', 1)"
    )

    took = await observer.deliveries(RIGHT)
    assert [one.place for one in took] == [(*stream, version) for stream, version in RIGHTLY]
    for name in (WITNESS, *CONTROLS):
        assert [one.fact_id for one in await observer.deliveries(name)] == [AN_ID] * 3
    assert all(one.at is not None for one in took)
    assert await observer.heads() == {B: 2}
    assert await observer.heads("position-first") == {B: 1}
