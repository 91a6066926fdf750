"""The newest facts come from memory, and every consumer reads what the database would tell it."""

import asyncio
import contextlib
import random
from collections.abc import AsyncGenerator

import asyncpg
import pytest

from beaconfire_contracts.envelope import START, Cause, LogPosition
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log import tail as tail_module
from beaconfire_platform.log.port import Told, Unreadable, Why
from beaconfire_platform.log.postgres import SHARD, PostgresLog
from beaconfire_platform.log.tail import Tail
from beaconfire_platform.schema import ServiceSchema, migrate
from beaconfire_testkit.log_harness import WRITER, LogHarness, a_fact, as_role

OTHER = "agency"
BOTH = frozenset({WRITER, OTHER})
WANTED = (BOTH, frozenset({WRITER}), frozenset({OTHER}), BOTH, frozenset({"dispatch"}))
CAUSE = Cause(actor="test", correlation_id="t")


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


@pytest.fixture
async def other(harness: LogHarness, database: str) -> AsyncGenerator[Database]:
    """A second service that tells."""
    role = f"beaconfire_{OTHER}"
    await migrate(database, [ServiceSchema(OTHER, role, role)])
    made = await Database.connect(OTHER, as_role(database, role), bell=harness.bell)
    yield made
    await made.close()


async def _write(database: Database, chance: random.Random, transactions: int) -> None:
    """Transactions of some facts, some open for a while and some taken back."""
    for _ in range(transactions):
        keys = {f"k{chance.randrange(12)}" for _ in range(chance.randint(1, 4))}
        end = "select 1 / 0" if chance.random() < 0.1 else "select 1"
        with contextlib.suppress(asyncpg.DivisionByZeroError):
            async with database.transaction(*map(aggregate, keys), cause=CAUSE) as tx:
                if database.service == OTHER:
                    await tx.tell(*(AccessRevoked(PersonId(key), wall_now()) for key in keys))
                else:
                    await tx.tell(*map(a_fact, sorted(keys)))
                await tx.flush()
                await asyncio.sleep(chance.random() * 0.01)
                await tx.connection.execute(end)


async def _follow(
    log: PostgresLog, sources: frozenset[str], chance: random.Random, written: asyncio.Event
) -> list[str]:
    """Read on in steps of any size, now and then late, until there is no more."""
    found: list[Told] = []
    after = START
    while True:
        is_last = written.is_set()
        batch = await log.read(SHARD, sources, after, chance.choice((1, 3, 50)))
        found.extend(batch)
        if batch:
            after = batch[-1].position
        elif is_last:
            return [one.id for one in found]
        if chance.random() < 0.3:
            await asyncio.sleep(chance.random() * 0.05)


async def _misread(harness: LogHarness, other: Database, seed: int) -> list[frozenset[str]]:
    """Whose reader did not read exactly what the database has, while three wrote."""
    log, written = PostgresLog(harness.reader.pool, harness.bell), asyncio.Event()
    reading = [
        asyncio.create_task(_follow(log, sources, random.Random(100 * seed + number), written))
        for number, sources in enumerate(WANTED)
    ]
    writers = (harness.writer, harness.writer, other)
    await asyncio.gather(
        *(_write(one, random.Random(seed + 7 * n), 25) for n, one in enumerate(writers))
    )
    written.set()
    wrong: list[frozenset[str]] = []
    for sources, ids in zip(WANTED, await asyncio.gather(*reading), strict=True):
        rows = await harness.reader.pool.fetch(
            "select id from log.read(0, 0, $1, 10000)", sorted(sources)
        )
        assert bool(rows) == bool(sources & BOTH)
        if ids != [str(row["id"]) for row in rows]:
            wrong.append(sources)
    return wrong


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("kept", "looked"), [(2_000, 500), (20, 500), (40, 7)])
async def test_every_reader_of_one_log_reads_all_of_its_sources_once_and_in_order(
    harness: LogHarness,
    other: Database,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    kept: int,
    looked: int,
) -> None:
    monkeypatch.setattr(tail_module, "KEPT_MAX", kept)
    monkeypatch.setattr(tail_module, "LOOK_FACTS_MAX", looked)

    assert await _misread(harness, other, seed) == []


async def test_a_tail_that_believes_to_know_all_is_found_out(
    harness: LogHarness, other: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(_tail: Tail, _sources: frozenset[str], _begin: LogPosition) -> bool:
        return True

    monkeypatch.setattr(tail_module, "KEPT_MAX", 5)
    monkeypatch.setattr(Tail, "_covers", always)

    assert await _misread(harness, other, 1)


class _Asked:
    """A log's end at a position, that counts how often it is asked."""

    def __init__(self, *, fails: int = 0) -> None:
        self.asked: list[LogPosition] = []
        self._fails = fails

    async def look(self, _sources: frozenset[str], after: LogPosition, _limit: int) -> list[Told]:
        self.asked.append(after)
        await asyncio.sleep(0)
        if len(self.asked) <= self._fails:
            raise ConnectionResetError
        return []


async def test_who_asks_at_the_same_moment_is_answered_by_one_look() -> None:
    database = _Asked()
    bell = Doorbell()
    tail = Tail(database.look, bell)
    at = LogPosition(1, 7, 1)
    await tail.after(BOTH, at, 10)
    database.asked.clear()
    bell.ring()

    await asyncio.gather(*(tail.after(sources, at, 10) for sources in WANTED[:4]))

    assert database.asked == [at]


async def test_where_nothing_of_ones_own_was_told_the_database_is_asked_once_and_no_more() -> None:
    database = _Asked()
    bell = Doorbell()
    tail = Tail(database.look, bell)
    new, old = LogPosition(1, 7, 1), LogPosition(1, 2, 1)
    await tail.after(BOTH, new, 10)
    await tail.after(frozenset({WRITER}), old, 10)
    database.asked.clear()
    bell.ring()

    await tail.after(frozenset({WRITER}), old, 10)

    assert database.asked == [new]


async def test_while_nobody_rang_the_database_is_asked_by_whoever_has_waited_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = _Asked()
    bell = Doorbell()
    tail = Tail(database.look, bell)
    at = LogPosition(1, 7, 1)
    await tail.after(BOTH, at, 10)
    await tail.after(BOTH, at, 10)
    in_a_row = len(database.asked)
    monkeypatch.setattr(tail_module, "FRESH_S", 0.0)
    await tail.after(BOTH, at, 10)

    assert (in_a_row, len(database.asked)) == (1, 2)


async def test_a_ring_during_a_look_makes_the_next_look_again() -> None:
    bell = Doorbell()
    asked: list[LogPosition] = []

    async def look(_sources: frozenset[str], after: LogPosition, _limit: int) -> list[Told]:
        asked.append(after)
        if len(asked) == 1:
            bell.ring()
        return []

    tail = Tail(look, bell)
    for _ in range(3):
        await tail.after(BOTH, START, 10)

    assert len(asked) == 2


async def test_a_look_that_fails_is_told_to_its_asker_and_the_next_looks_again() -> None:
    database = _Asked(fails=1)
    tail = Tail(database.look, Doorbell())

    answers = await asyncio.gather(
        *(tail.after(BOTH, START, 10) for _ in range(3)), return_exceptions=True
    )

    assert [type(one) for one in answers].count(ConnectionResetError) == 1
    assert answers.count([]) == 2


async def test_a_look_under_way_says_nothing_of_a_source_that_joins_meanwhile() -> None:
    told: list[Told] = [
        Unreadable(str(row), source, "x.v1", "k", row, LogPosition(1, row, 1), Why.UNKNOWN_TYPE)
        for row, source in enumerate((OTHER, WRITER), start=1)
    ]
    may_answer = asyncio.Event()

    async def look(sources: frozenset[str], after: LogPosition, limit: int) -> list[Told]:
        await may_answer.wait()
        return [one for one in told if one.source in sources and one.position > after][:limit]

    tail = Tail(look, Doorbell())
    first = asyncio.create_task(tail.after(frozenset({WRITER}), START, 10))
    await asyncio.sleep(0.01)
    second = asyncio.create_task(tail.after(BOTH, START, 10))
    await asyncio.sleep(0.01)
    may_answer.set()

    assert [one.id for one in await first] == ["2"]
    assert [one.id for one in await second] == ["1", "2"]
