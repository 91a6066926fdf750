"""What a process holds is as it says itself; a leak of tasks or of files is found."""

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import ExitStack

import asyncpg
import httpx
import pytest
from fastapi import APIRouter
from tests.integration.deploy.conftest import Make, program

from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.process.health import Health, health_routes
from beaconfire_platform.process.running import Running
from beaconfire_testkit.node import PATIENCE_S, free_port
from beaconfire_testkit.service import running_service, served
from chaos import left_over
from chaos.left_over import (
    FILES_MORE_MAX,
    TASKS_MORE_MAX,
    Held,
    NotMeasured,
    failing_at,
    failing_of,
    held_by,
    held_by_all,
    more_than,
    not_let_go,
    origins,
)

STAYS = "import time; time.sleep(600)"


async def _build(_ground: Ground) -> Service:
    return Service("incident", APIRouter())


@pytest.fixture
def running() -> Running:
    return Running()


@pytest.fixture
async def origin(database: str, running: Running) -> AsyncGenerator[str]:
    """A service with the doors that every process has, in the process of the test itself."""
    async with running_service(database, "incident", _build) as made:
        health = Health(made.ground.database.pool, [made.service], running)
        made.app.include_router(health_routes(health, made.ground.edge))
        async with served(made) as address:
            await held_by(f"http://{address}")
            yield f"http://{address}"
        await running.stop()


async def look(origin: str) -> dict[str, list[Held]]:
    return await held_by_all({"incident": [origin]})


async def test_who_leaks_nothing_has_nothing_left_over(origin: str) -> None:
    before = await look(origin)
    for _ in range(20):
        async with httpx.AsyncClient(
            base_url=origin, trust_env=False, timeout=PATIENCE_S
        ) as client:
            await client.get("/livez")

    assert await not_let_go(before, lambda: look(origin)) == {}


async def test_a_leak_of_tasks_is_found(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_over, "LOOK_S", 0.05)
    before = await look(origin)
    # as whoever starts a task with each reconnection and keeps none of them
    leaked = [asyncio.create_task(asyncio.Event().wait()) for _ in range(TASKS_MORE_MAX + 3)]

    found = await not_let_go(before, lambda: look(origin), most_s=0.3)
    for one in leaked:
        one.cancel()
    await asyncio.wait(leaked)

    assert found == {"incident": Held(3, 0)}
    assert await not_let_go(before, lambda: look(origin), most_s=0.3) == {}


async def test_a_leak_of_files_is_found(origin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_over, "LOOK_S", 0.05)
    before = await look(origin)
    with ExitStack() as leaked:
        for _ in range(FILES_MORE_MAX + 4):
            leaked.callback(os.close, os.open(os.devnull, os.O_RDONLY))

        found = await not_let_go(before, lambda: look(origin), most_s=0.3)

    assert found == {"incident": Held(0, 4)}
    assert await not_let_go(before, lambda: look(origin), most_s=0.3) == {}


async def test_what_is_let_go_in_time_is_not_left_over(
    origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left_over, "LOOK_S", 0.05)
    before = await look(origin)
    ending = [asyncio.create_task(asyncio.sleep(0.4)) for _ in range(TASKS_MORE_MAX + 3)]

    found = await not_let_go(before, lambda: look(origin), most_s=10)

    assert found == {}
    assert all(one.done() for one in ending)


def test_what_may_come_and_go_is_no_leak_and_less_is_none_either() -> None:
    before = [Held(30, 40)]

    assert more_than(before, before).is_nothing
    assert more_than(before, [Held(30 + TASKS_MORE_MAX, 40 + FILES_MORE_MAX)]).is_nothing
    assert more_than(before, [Held(31 + TASKS_MORE_MAX, 10)]) == Held(1, 0)
    assert more_than(before, [Held(10, 41 + FILES_MORE_MAX)]) == Held(0, 1)


def test_instances_that_changed_places_leak_nothing_and_one_that_leaks_is_found() -> None:
    before = [Held(60, 40), Held(30, 20)]

    assert more_than(before, [Held(30, 20), Held(60, 40)]).is_nothing
    assert more_than(before, [Held(30, 20), Held(61 + 2 * TASKS_MORE_MAX, 40)]) == Held(1, 0)
    assert more_than(before, [Held(30, 23 + 2 * FILES_MORE_MAX), Held(60, 40)]) == Held(0, 3)


async def test_a_task_that_fails_again_and_again_is_counted(
    origin: str, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_platform.process.running.PAUSE_S", (0.0,))

    async def broken() -> None:
        await asyncio.sleep(0)
        raise RuntimeError("planted")

    before = await failing_at(origin)
    running.start("incident/broken", broken)
    async with asyncio.timeout(10):
        while not running.failing():  # noqa: ASYNC110  (it tells nobody)
            await asyncio.sleep(0.01)

    assert (before, await failing_at(origin)) == (0, 1)


async def test_a_process_that_is_not_there_is_named_and_the_others_are_counted_all_the_same(
    origin: str,
) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"

    failing, silent = await failing_of({"geo": [nobody], "incident": [origin, nobody]})

    assert failing == 0
    assert silent == dict.fromkeys(
        ("geo/0", "incident/1"), f"{nobody}/readyz is not answered: ConnectError"
    )
    with pytest.raises(NotMeasured, match=r"/metrics is not answered: ConnectError"):
        await held_by(nobody)


async def test_a_process_whose_database_is_away_is_named(database: str) -> None:
    async with asyncpg.create_pool(database, min_size=1, max_size=1) as pool:
        health = Health(pool, [], Running())
    async with running_service(database, "incident", _build) as made:
        made.app.include_router(health_routes(health, made.ground.edge))
        async with served(made) as address:
            failing, silent = await failing_of({"incident": [f"http://{address}"]})

    assert failing == 0
    assert list(silent) == ["incident/0"]
    assert "says nothing of its tasks" in silent["incident/0"]
    assert '"database": {"ok": false' in silent["incident/0"]


async def test_a_process_that_does_not_say_how_much_it_holds_is_no_process_without_leaks() -> None:
    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = b"process_open_fds 7.0\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + said)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port := free_port())
    async with server:
        with pytest.raises(NotMeasured, match="beaconfire_loop_tasks"):
            await held_by(f"http://127.0.0.1:{port}")


async def test_every_instance_is_reached_at_a_port_of_its_own(deployments: Make) -> None:
    made = deployments(
        {name: program(STAYS, expose=["8080"]) for name in ("geo", "incident")},
        scale={"incident": 2},
    )

    found = origins(made, ("geo", "incident"))

    assert found == {
        "geo": [f"http://127.0.0.1:{made.port('geo')}"],
        "incident": [
            f"http://127.0.0.1:{made.port('incident', index=index)}" for index in range(2)
        ],
    }
    assert len({*found["geo"], *found["incident"]}) == 3
