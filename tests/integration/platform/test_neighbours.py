"""Two processes of a service: who tells in one wakes who waits in the other, and not itself."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import asyncpg
import pytest

from beaconfire_platform import neighbours
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.neighbours import CHANNEL, Neighbours
from beaconfire_testkit.node import free_port
from beaconfire_testkit.postgres import PostgresServer

HEARD_S_MAX = 20
SETTLED_S = 0.1
"""Who greet each other are through with it by then."""
LISTENING = """
    select pid from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
        and (query ilike 'listen%' or query like '%pg_notify%')
"""


@asynccontextmanager
async def living(
    dsn: str, instance: str, bell: Doorbell
) -> AsyncGenerator[tuple[Neighbours, "asyncio.Task[None]"]]:
    one = Neighbours(dsn, bell, instance)
    task = asyncio.create_task(one.ring_forever())
    try:
        yield one, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def two(dsn: str) -> AsyncGenerator[tuple[Doorbell, Doorbell]]:
    """Two bells of one service, each heard by the other."""
    one, other = Doorbell(), Doorbell()
    async with living(dsn, "one", one) as (first, _), living(dsn, "other", other) as (second, _):
        await until(lambda: not first.is_alone and not second.is_alone)
        await asyncio.sleep(SETTLED_S)
        yield one, other


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(HEARD_S_MAX):
        while not is_so():  # noqa: ASYNC110  (nobody has an event of it)
            await asyncio.sleep(0.005)


async def rung_until_heard(ringing: Doorbell, heard: Doorbell) -> None:
    """As often as it takes: a ring may be lost."""
    before = heard.rings
    async with asyncio.timeout(HEARD_S_MAX):
        while heard.rings == before:
            ringing.ring()
            await asyncio.sleep(0.05)


async def test_who_rings_in_one_process_is_heard_in_the_other(database: str) -> None:
    async with two(database) as (one, other):
        for ringing, hearing in ((one, other), (other, one)):
            waiting = asyncio.create_task(hearing.wait(HEARD_S_MAX, since=hearing.rings))
            await asyncio.sleep(0)
            ringing.ring()
            began = asyncio.get_running_loop().time()
            await waiting
            assert asyncio.get_running_loop().time() - began < HEARD_S_MAX / 2


async def test_nobody_is_woken_by_their_own_ring_coming_back(database: str) -> None:
    async with two(database) as (one, other):
        before, heard = one.rings, other.rings
        one.ring()
        await until(lambda: other.rings > heard)
        await asyncio.sleep(0.2)

        assert one.rings == before + 1
        assert (one.ends, other.ends) == (1, 0), "what was heard is not rung on"


async def test_who_was_heard_rings_whatever_hangs_on_the_bell(database: str) -> None:
    async with two(database) as (one, other):
        more: list[str] = []
        other.also(lambda: more.append("rung"))
        one.ring()
        await until(lambda: bool(more))


async def test_many_rings_at_once_are_few_notifications(database: str) -> None:
    told: list[str] = []
    listener = await asyncpg.connect(database)
    await listener.add_listener(CHANNEL, lambda *what: told.append(str(what[-1])))
    async with two(database) as (one, _):
        told.clear()
        for _ in range(500):
            one.ring()
        await until(lambda: "one" in told)
        await asyncio.sleep(0.1)
    await listener.close()

    assert told.count("one") <= 3


async def test_who_is_alone_tells_nobody_what_it_did_until_another_comes(database: str) -> None:
    told: list[str] = []
    listener = await asyncpg.connect(database)
    await listener.add_listener(CHANNEL, lambda *what: told.append(str(what[-1])))
    one, other = Doorbell(), Doorbell()
    async with living(database, "one", one) as (first, _):
        await until(lambda: told == ["one"])
        for _ in range(10):
            one.ring()
            await asyncio.sleep(0.02)
        assert told == ["one"]
        assert first.is_alone
        async with living(database, "other", other) as (second, _):
            await until(lambda: not first.is_alone and not second.is_alone)
            await rung_until_heard(one, other)
            await rung_until_heard(other, one)
    await listener.close()


async def test_services_of_other_databases_are_not_woken(
    database: str, postgres_server: PostgresServer
) -> None:
    elsewhere = await asyncpg.connect(postgres_server.cluster.dsn(database="postgres"))
    async with two(database) as (one, other):
        before = one.rings, other.rings
        await elsewhere.execute("select pg_notify($1, 'stranger')", CHANNEL)
        await asyncio.sleep(0.2)
        assert (one.rings, other.rings) == before
    await elsewhere.close()


async def test_a_connection_that_was_ended_comes_back(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(neighbours, "ALIVE_S", 0.1)
    by_hand = await asyncpg.connect(database)
    async with two(database) as (one, other):
        for _ in range(3):
            ended = await by_hand.fetch(f"select pg_terminate_backend(pid) from ({LISTENING}) as l")
            assert len(ended) >= 2
            await rung_until_heard(one, other)
            await rung_until_heard(other, one)
    await by_hand.close()


async def test_a_connection_that_was_good_is_missed_briefly_however_often_it_ended(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[int] = []

    def noted(failures: int) -> float:
        waited.append(failures)
        return 0.0

    monkeypatch.setattr(neighbours, "ALIVE_S", 0.05)
    monkeypatch.setattr(neighbours, "back_off_s", noted)
    by_hand = await asyncpg.connect(database)
    bell = Doorbell()
    async with living(database, "one", bell):
        for times in range(1, 5):
            await until(lambda times=times: bell.rings >= times)
            ended = 0
            while not ended:
                ended = len(await by_hand.fetch(f"select pg_terminate_backend(pid) from "
                                                f"({LISTENING}) as l"))  # fmt: skip
            await until(lambda times=times: len(waited) >= times)
    await by_hand.close()

    assert set(waited) == {1}


async def test_a_database_that_is_away_is_waited_for_longer_and_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[int] = []

    def noted(failures: int) -> float:
        waited.append(failures)
        return 0.0

    monkeypatch.setattr(neighbours, "back_off_s", noted)
    async with living(f"postgresql://a@127.0.0.1:{free_port()}/none", "one", Doorbell()) as (
        _,
        task,
    ):
        await until(lambda: len(waited) >= 4)
        assert not task.done()

    assert waited[:4] == [1, 2, 3, 4]
