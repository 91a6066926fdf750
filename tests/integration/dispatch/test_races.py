"""Sixty-four dispatchers race for twenty units: no unit is ever on two incidents.

The same harness over a table without the constraint, checked and then inserted, must find overlaps:
else it would prove nothing.
"""

import asyncio
import os
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.dispatch import AssignmentDispatched
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.refusals import Conflict, Unavailable, UnitTaken
from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.adapters.demands import PgDemands, PgPolicies
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.application import order_units, step_assignment
from beaconfire_dispatch.domain.assignment import Step
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import Database, persistently
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City
from beaconfire_testkit.log_harness import as_role

FULL: Final = os.environ.get("BEACONFIRE_PROOF") == "full"
ATTEMPTS: Final = 100_000 if FULL else 10_000
DISPATCHERS: Final = 64
UNITS: Final = 20
CONNECTIONS: Final = 16
CAUSE: Final = Cause(actor="race", correlation_id="race")
OVERLAPS: Final = """
    select count(*) from {table} one join {table} other
    on one.unit_id = other.unit_id and one.assignment_id < other.assignment_id
    and one.during && other.during
"""

Order = Callable[[str, list[str]], Awaitable[list[str]]]
Clear = Callable[[str, str, str], Awaitable[None]]


@dataclass
class Race:
    """How many tried, won and were refused; `unknown` when the database did not answer in time."""

    attempts: int
    units: list[str]
    won: int = 0
    refused: int = 0
    unknown: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(64))

    async def run(self, order: Order, clear: Clear) -> None:
        """All dispatchers at once, until all attempts are made."""
        async with asyncio.TaskGroup() as group:
            for _ in range(DISPATCHERS):
                group.create_task(self._dispatch(order, clear))

    async def _dispatch(self, order: Order, clear: Clear) -> None:
        """One dispatcher: orders one to three units and lets whoever came go again."""
        incident_id = new_id()
        while self.attempts > 0:
            self.attempts -= 1
            wanted = self.chance.sample(self.units, self.chance.choice((1, 1, 2, 3)))
            try:
                given = await order(incident_id, wanted)
            except Conflict:
                self.refused += 1
                continue
            except Unavailable:
                self.unknown += 1
                continue
            self.won += 1
            await asyncio.sleep(0)
            for unit_id, assignment_id in zip(wanted, given, strict=True):
                await self._surely(clear, incident_id, unit_id, assignment_id)

    async def _surely(self, clear: Clear, *which: str) -> None:
        """A step may be told again until it is heard: told twice it changes nothing."""
        while True:
            try:
                return await clear(*which)
            except Unavailable:
                await asyncio.sleep(0.1)


@pytest.fixture
async def wide(city: City, database: str) -> AsyncGenerator[Database]:
    """Dispatch's database over more connections than a node opens: more that can collide."""
    dsn = as_role(database, "beaconfire_dispatch")
    opened = await Database.connect("dispatch", dsn, bell=Doorbell(), connections=CONNECTIONS)
    yield opened
    await opened.close()


async def _order(database: Database, incident_id: str, wanted: list[str]) -> list[str]:
    command = order_units.OrderUnits(
        IncidentId(incident_id),
        {UnitId(one): AssignmentId(new_id()) for one in wanted},
        eta_at={},
        recommendation_id=None,
    )

    async def attempt() -> list[str]:
        async with database.transaction(*order_units.keys(command), cause=CAUSE) as tx:
            given = await order_units.order_units(
                command,
                units=PgUnits(tx.connection),
                assignments=PgAssignments(tx.connection),
                demands=PgDemands(tx.connection),
                policies=PgPolicies(tx.connection),
                facts=tx,
                now=wall_now(),
            )
        return [one.id for one in given]

    return await persistently(attempt)


async def _clear(database: Database, incident_id: str, unit_id: str, assignment_id: str) -> None:
    step = Step(AssignmentStatus.CLEARED, wall_now(), StatusSource.SEAT)
    command = step_assignment.StepAssignment(
        AssignmentId(assignment_id), IncidentId(incident_id), UnitId(unit_id), step
    )

    async def attempt() -> None:
        async with database.transaction(*step_assignment.keys(command), cause=CAUSE) as tx:
            await step_assignment.step_assignment(
                command,
                units=PgUnits(tx.connection),
                assignments=PgAssignments(tx.connection),
                demands=PgDemands(tx.connection),
                facts=tx,
            )

    await persistently(attempt)


@pytest.mark.proof
@pytest.mark.slow
async def test_sixty_four_dispatchers_never_send_a_unit_twice(city: City, wide: Database) -> None:
    for number in range(UNITS - len(city.units)):
        await city.add_unit(f"R{number}")
    race = Race(ATTEMPTS, [one["id"] for one in city.units.values()])

    await race.run(
        lambda incident_id, wanted: _order(wide, incident_id, wanted),
        lambda *which: _clear(wide, *which),
    )

    pool = wide.pool
    assert race.won + race.refused + race.unknown == ATTEMPTS
    assert race.unknown < ATTEMPTS // 1_000
    assert min(race.won, race.refused) > ATTEMPTS // 100
    assert await pool.fetchval(OVERLAPS.format(table="assignment")) == 0
    still_open = "select count(*) from assignment where upper_inf(during)"
    assert await pool.fetchval(still_open) <= 3 * race.unknown
    twice = await pool.fetch("select from assignment group by unit_id, fence having count(*) > 1")
    assert twice == []
    if not FULL:
        told = await city.running.told(AssignmentDispatched)
        assert len(told) == await pool.fetchval("select count(*) from assignment")


@pytest.mark.proof
@pytest.mark.slow
async def test_the_same_race_finds_overlaps_where_a_check_comes_before_an_insert(
    city: City, wide: Database, database: str
) -> None:
    owner = await asyncpg.connect(database)
    await owner.execute("""
        create table dispatch.planted (assignment_id uuid, unit_id uuid, during tstzrange);
        grant select, insert, update on dispatch.planted to beaconfire_dispatch
    """)
    await owner.close()
    race = Race(1_000, [new_id() for _ in range(UNITS)])

    async def order(_: str, wanted: list[str]) -> list[str]:
        given = [new_id() for _ in wanted]
        async with wide.transaction(cause=CAUSE) as tx:
            for unit_id, assignment_id in zip(wanted, given, strict=True):
                if await tx.connection.fetchval(
                    "select exists (select from planted where unit_id = $1 and upper_inf(during))",
                    unit_id,
                ):
                    raise UnitTaken
                await tx.connection.execute(
                    "insert into planted values ($1, $2, tstzrange(clock_timestamp(), null))",
                    assignment_id,
                    unit_id,
                )
        return given

    async def clear(_: str, __: str, assignment_id: str) -> None:
        async with wide.transaction(cause=CAUSE) as tx:
            await tx.connection.execute(
                "update planted set during = tstzrange(lower(during), clock_timestamp()) "
                "where assignment_id = $1",
                assignment_id,
            )

    await race.run(order, clear)

    assert race.won > 0
    assert await wide.pool.fetchval(OVERLAPS.format(table="planted")) > 0
