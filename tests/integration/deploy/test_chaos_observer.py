"""What took effect is compared with what was told: each of 1..n of each stream once, in order."""

from collections.abc import AsyncGenerator

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_testkit.node import free_port
from chaos.observer import CONTROLS, RIGHT, Observer, Trace

A, B = ("incident", "a"), ("geo", "b")
TOLD = {A: 3, B: 2}
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
        "insert into situation.effect (consumer, source, key, version) values ($1, $2, $3, $4)",
        [(name, *stream, version) for stream, version in rows],
    )


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (RIGHTLY, Trace(5, 0, 0, 0)),
        ([], Trace(0, 5, 0, 0)),
        (RIGHTLY[:-1], Trace(4, 1, 0, 0)),
        (RIGHTLY[1:], Trace(4, 1, 0, 0)),
        ([*RIGHTLY, (B, 2)], Trace(6, 0, 1, 0)),
        ([*RIGHTLY, (B, 1)], Trace(6, 0, 1, 1)),
        ([(A, 1), (B, 2), (A, 2), (A, 3), (B, 1)], Trace(5, 0, 0, 1)),
        ([(B, 1), (B, 2), (A, 1), (A, 2), (A, 3)], Trace(5, 0, 0, 0)),
        ([(A, 1), (A, 1), (A, 3), (A, 2)], Trace(4, 2, 1, 1)),
    ],
)
async def test_what_differs_is_counted(
    observer: Observer, owner: asyncpg.Connection, rows: list[Row], found: Trace
) -> None:
    await plant(owner, rows)

    assert await observer.trace(RIGHT, TOLD) == found


def test_all_that_differs_is_wrong() -> None:
    assert Trace(9, 1, 2, 3).wrong == 6
    assert Trace(9, 0, 0, 0).wrong == 0


async def test_each_consumer_has_its_own(observer: Observer, owner: asyncpg.Connection) -> None:
    await plant(owner, RIGHTLY)
    for name in CONTROLS:
        await plant(owner, RIGHTLY[2:], name)
    await owner.execute(
        "insert into situation.seen (consumer, source, key, version) "
        "values ('observer', 'geo', 'b', 2), ('position-first', 'geo', 'b', 1)"
    )

    assert (await observer.trace(RIGHT, TOLD)).lost == 0
    for name in CONTROLS:
        assert (await observer.trace(name, TOLD)).lost == 2
    assert await observer.heads() == {B: 2}


@given(data=st.data())
@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
async def test_whatever_is_planted_in_a_right_order_is_found(
    observer: Observer, owner: asyncpg.Connection, data: st.DataObject
) -> None:
    number = data.draw(st.integers(2, 12))
    rows: list[Row] = [(A, version) for version in range(1, number + 1)]
    lost = data.draw(st.sets(st.sampled_from(rows), max_size=number - 2))
    left = [one for one in rows if one not in lost]
    again = data.draw(st.lists(st.sampled_from(left), max_size=3))
    swaps = data.draw(st.booleans())
    if swaps:
        left[0], left[-1] = left[-1], left[0]
    rows = [copy for one in left for copy in [one] * (1 + again.count(one))]

    await plant(owner, rows)

    assert await observer.trace(RIGHT, {A: number}) == Trace(
        len(rows), len(lost), len(again), int(swaps)
    )
