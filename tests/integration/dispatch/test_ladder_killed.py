"""A process that is killed on the ladder, within a step or between two: each part is asked once."""

import subprocess
import sys
from typing import Final

import pytest

from beaconfire_contracts.facts.dispatch import TaskOffered
from beaconfire_contracts.facts.grid_work import TaskEscalated
from beaconfire_dispatch.adapters.task_deadlines import TaskDeadlines
from beaconfire_dispatch.domain.roster import LADDER
from beaconfire_testkit.city import CELL, City, get
from beaconfire_testkit.log_harness import as_role
from beaconfire_testkit.rosters import a_line, roster_of
from beaconfire_testkit.workers import VERIFIED, a_worker_of

KILLED: Final = -9
LIVES_S_MAX: Final = 60.0
_ONE_LOOK: Final = """
import asyncio, os, signal, sys
from beaconfire_dispatch.adapters.task_deadlines import TaskDeadlines
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id

def die():
    os.kill(os.getpid(), signal.SIGKILL)

async def look(dsn, where):
    database = await Database.connect("dispatch", dsn, bell=Doorbell(), connections=2)
    ids = die if where == "within" else new_id
    assert await TaskDeadlines(database, RunningClock(), ids).escalate() == 1
    die()

asyncio.run(look(*sys.argv[1:]))
"""
"""Within: when the task is withdrawn and the next not offered yet. Between: after the commit."""
_PATIENCE_GONE: Final = """
    update task set accept_by = accept_by - interval '1 hour',
        asked_wall = asked_wall - interval '5 seconds' where state = 'offered'
"""


@pytest.fixture
async def city(mapped: City) -> City:
    """Rosters are asked of the grid."""
    return mapped


def _look_and_die(dsn: str, where: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _ONE_LOOK, as_role(dsn, "beaconfire_dispatch"), where],
        timeout=LIVES_S_MAX,
        check=False,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == KILLED, ended.stderr


async def test_killed_within_a_step_nothing_happened_and_between_two_the_next_goes_on(
    city: City, untaken: TaskDeadlines, database: str
) -> None:
    people = [await a_worker_of(city, CELL) for _ in range(3)]
    parts = ("worker", "deputy", "leader")
    await roster_of(city, *map(a_line, parts, people))
    await city.incident(VERIFIED)
    pool = city.running.ground.database.pool

    await pool.execute(_PATIENCE_GONE)
    _look_and_die(database, "within")
    [still] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert (still["part"], still["state"], still["version"]) == ("worker", "offered", 1)
    assert await city.running.told(TaskEscalated) == []

    _look_and_die(database, "between")
    assert await untaken.escalate() == 0
    [deputy] = (await get(city.desk, "/v1/tasks", state="active"))["items"]
    assert deputy["part"] == "deputy"

    await pool.execute(_PATIENCE_GONE)
    _look_and_die(database, "within")
    _look_and_die(database, "between")
    await pool.execute(_PATIENCE_GONE)
    assert await untaken.escalate() == 1
    assert await untaken.escalate() == 0

    offered = await city.running.told(TaskOffered)
    assert [one.part for one in offered] == list(LADDER)
    assert [one.to_part for one in await city.running.told(TaskEscalated)] == list(LADDER[1:])
