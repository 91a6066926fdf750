"""Mistakes made on a database: races that the right way wins and a planted fault must lose.

`id-above-last` reads rows above the last one that it saw (R2); beside it the log's own reader.
`check-then-insert` looks whether a unit is free before it sends it (R26); beside it the same on a
copy of dispatch's table, with what forbids it there. Row-level security has no control here: no
table of ours has any, what somebody may see is decided by `allow()` and stands in each query.
"""

import asyncio
import contextlib
import random
from dataclasses import dataclass
from typing import Any, Final

import asyncpg

from beaconfire_contracts.envelope import START, Cause
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.postgres import SHARD, PostgresLog
from beaconfire_platform.process.logins import role_of
from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_testkit.log_faults import IdAboveLast
from beaconfire_testkit.log_harness import a_fact

WRITER: Final = "geo"
ABOVE_LAST: Final = "id-above-last"
CHECKED: Final = "check-then-insert"
RACES: Final = (ABOVE_LAST, CHECKED)
WRITERS: Final = 8
TOLD_EACH: Final = 40
OPEN_S: Final = 0.01
"""How long a transaction stays open that has its rows: readers of ids lost half at that."""
READ_AT_ONCE: Final = 500
READ_S_MAX: Final = 20.0
DISPATCHERS: Final = 16
ATTEMPTS_EACH: Final = 12
UNITS: Final = 4
CAUSE: Final = Cause(actor="race", correlation_id="race")
REFUSED: Final = (asyncpg.IntegrityConstraintViolationError, asyncpg.DeadlockDetectedError)
GUARDED: Final = "public.guarded"
UNGUARDED: Final = "public.unguarded"
_COPIES: Final = f"""
    create table {GUARDED} (like dispatch.assignment including all);
    create table {UNGUARDED} (like dispatch.assignment including defaults);
"""
_IS_FREE: Final = "select not exists (select 1 from {0} where unit_id = $1 and upper_inf(during))"
_SEND: Final = """
    insert into {0} (assignment_id, unit_id, incident_id, home_incident_id, during, fence, status,
                     version, dispatched_at, acknowledge_by, steps)
    values ($1, $2, $3, $3, tstzrange(clock_timestamp(), null), 1, 'dispatched', 1, now(), now(),
            '{{}}')
"""
_CLEAR: Final = """
    update {0} set during = tstzrange(lower(during), clock_timestamp()) where assignment_id = $1
"""
_OVERLAPS: Final = """
    select count(*) from {0} one join {0} other
    on one.unit_id = other.unit_id and one.assignment_id < other.assignment_id
    and one.during && other.during
"""


@dataclass(frozen=True, slots=True)
class Raced:
    """How often a race went wrong: by the right way, and by the mistake."""

    right: int
    mistaken: int


async def races(dsn: str) -> dict[str, Raced]:
    """Run each; `dsn` may make everything in a database of the harness's own."""
    services = (WRITER, "dispatch")
    await migrate(dsn, [ServiceSchema(one, role_of(one), f"beaconfire_{one}") for one in services])
    async with asyncpg.create_pool(dsn, min_size=1, max_size=DISPATCHERS) as pool:
        await pool.execute(_COPIES)
        return {
            ABOVE_LAST: await _read_above_last(dsn, pool),
            CHECKED: Raced(await _sent_twice(pool, GUARDED), await _sent_twice(pool, UNGUARDED)),
        }


async def _read_above_last(dsn: str, pool: Any) -> Raced:
    """How many of the facts that writers tell beside each other two readers never see."""
    bell = Doorbell()
    database = await Database.connect(
        WRITER, dsn, bell=bell, connections=WRITERS, role=role_of(WRITER)
    )
    ended = asyncio.Event()
    readers = [
        asyncio.create_task(_read(log, ended))
        for log in (PostgresLog(pool, bell), IdAboveLast(pool, bell))
    ]
    try:
        await asyncio.gather(*(_tell(database, f"w{one}") for one in range(WRITERS)))
        ended.set()
        right, mistaken = await asyncio.gather(*readers)
    finally:
        for one in readers:
            one.cancel()
        await database.close()
    return Raced(WRITERS * TOLD_EACH - len(right), WRITERS * TOLD_EACH - len(mistaken))


async def _tell(database: Database, key: str) -> None:
    for _ in range(TOLD_EACH):
        async with database.transaction(aggregate(key), cause=CAUSE) as tx:
            await tx.tell(a_fact(key))
            await tx.flush()
            await asyncio.sleep(OPEN_S * random.random())  # noqa: S311  (a pause, no secret)


async def _read(log: PostgresLog, ended: asyncio.Event) -> set[str]:
    """The ids of all that a reader comes to see, until nothing more comes after the end."""
    seen, after = set[str](), START
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(READ_S_MAX):
            while True:
                is_last = ended.is_set()
                found = await log.read(SHARD, frozenset({WRITER}), after, READ_AT_ONCE)
                seen |= {str(one.id) for one in found}
                after = found[-1].position if found else after
                if is_last and not found and len(seen) == WRITERS * TOLD_EACH:
                    break
                if is_last and not found and isinstance(log, IdAboveLast):
                    break
                await asyncio.sleep(0.001)
    return seen


async def _sent_twice(pool: Any, table: str) -> int:
    """Dispatchers race for a few units, looking first; how many were on two incidents at once."""
    units = [new_id() for _ in range(UNITS)]
    await asyncio.gather(*(_dispatch(pool, table, units) for _ in range(DISPATCHERS)))
    return int(await pool.fetchval(_OVERLAPS.format(table)))


async def _dispatch(pool: Any, table: str, units: list[str]) -> None:
    incident_id = new_id()
    for _ in range(ATTEMPTS_EACH):
        unit_id, assignment_id = random.choice(units), new_id()  # noqa: S311  (no secret)
        if not await pool.fetchval(_IS_FREE.format(table), unit_id):
            continue
        with contextlib.suppress(*REFUSED):
            await pool.execute(_SEND.format(table), assignment_id, unit_id, incident_id)
            await asyncio.sleep(OPEN_S)
            await pool.execute(_CLEAR.format(table), assignment_id)
