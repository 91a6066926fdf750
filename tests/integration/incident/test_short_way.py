"""What is written by one statement: what it was decided by must be so when its locks are taken."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.places import Point
from beaconfire_incident.adapters.postgres import PgIncidents
from beaconfire_platform.database import Database, Tx
from beaconfire_platform.looking import NotAtOnce
from beaconfire_platform.once import Once
from beaconfire_testkit.centre import AKL, Centre, a_report

CAUSE = Cause(actor="test", correlation_id="short")
HERE = Point(*AKL)
FAR = (AKL[0] + 1, AKL[1])


@pytest.fixture
def long_ways(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Who took the long way, by the actor of its transaction."""
    taken: list[str] = []
    as_ever = Database.transaction

    def noting(
        self: Database, *keys: LockKey, cause: Cause, once: Once | None = None
    ) -> AbstractAsyncContextManager[Tx]:
        if self.service == "incident" and not cause.actor.startswith("consumer:"):
            taken.append(cause.actor)
        return as_ever(self, *keys, cause=cause, once=once)

    monkeypatch.setattr(Database, "transaction", noting)
    return taken


async def test_what_is_new_or_only_like_another_is_one_statement(
    centre: Centre, long_ways: list[str]
) -> None:
    first = await centre.report()
    await centre.report(at=FAR)
    like = await centre.report(type="medical.chest-pain", text="he cannot breathe")
    await centre.report(position=None)
    answer = await centre.client().post(
        f"/v1/incidents/{first['incident_id']}/notes", json={"text": "seen"}
    )

    assert answer.status_code == 201
    assert [one["incident_id"] for one in like["candidates"]] == [first["incident_id"]]
    assert long_ways == []


async def test_what_joins_another_takes_its_lock(centre: Centre, long_ways: list[str]) -> None:
    first = await centre.report()
    second = await centre.report(text="flames on the roof")

    assert second["incident_id"] == first["incident_id"]
    assert len(long_ways) == 1


@asynccontextmanager
async def looked_around(centre: Centre) -> AsyncGenerator[tuple[Tx, PgIncidents]]:
    """A statement that was decided by what is around, and is sent at the end of the block."""
    database = centre.running.ground.database
    async with database.at_once(aggregate("x"), cause=CAUSE) as tx:
        table = PgIncidents(tx)
        since = centre.running.ground.clock.now() - timedelta(hours=1)
        await table.around(HERE, 500.0, since, receiver=BodyId(centre.body))
        yield tx, table


async def test_another_fire_that_was_told_meanwhile_ends_it(centre: Centre) -> None:
    async def write() -> None:
        async with looked_around(centre):
            await centre.report()

    with pytest.raises(NotAtOnce):
        await write()


async def test_another_telling_of_a_fire_that_was_seen_ends_it(centre: Centre) -> None:
    await centre.report()

    async def write() -> None:
        async with looked_around(centre):
            await centre.report(text="flames on the roof")

    with pytest.raises(NotAtOnce):
        await write()


async def test_what_is_far_away_or_changes_nothing_here_does_not(centre: Centre) -> None:
    await centre.report()
    async with looked_around(centre):
        await centre.report(at=FAR)


@pytest.mark.parametrize("by", ["version", "place"])
async def test_an_incident_that_changed_since_it_was_read_is_not_saved(
    centre: Centre, by: str
) -> None:
    """A consumer that learns its cell changes the row, and not its version."""
    one = IncidentId((await centre.report())["incident_id"])
    pool = centre.running.ground.database.pool

    async def save() -> None:
        async with centre.running.ground.database.at_once(aggregate(one), cause=CAUSE) as tx:
            table = PgIncidents(tx)
            known = await table.get(one)
            changed = {"version": "version = version + 1", "place": "cell = 'c'"}[by]
            await pool.execute(f"update incident set {changed} where incident_id = $1", one)
            await table.save(replace(known, seat=known.seat, version=99))

    with pytest.raises(NotAtOnce):
        await save()
    assert await pool.fetchval("select version from incident where incident_id = $1", one) < 99


async def test_what_was_not_read_is_not_saved_at_once(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    async with centre.running.ground.database.transaction(cause=CAUSE) as tx:
        known = await PgIncidents(tx).get(one)

    async def save() -> None:
        async with centre.running.ground.database.at_once(aggregate(one), cause=CAUSE) as tx:
            await PgIncidents(tx).save(known)

    with pytest.raises(NotAtOnce):
        await save()


async def test_notes_at_once_each_count(centre: Centre) -> None:
    one = (await centre.report())["incident_id"]
    before = (await centre.incident(one))["version"]
    desk = centre.client()

    async def note(number: int) -> int:
        for _ in range(20):
            answer = await desk.post(f"/v1/incidents/{one}/notes", json={"text": f"n{number}"})
            if answer.status_code != 503:
                return answer.status_code
        return 503

    assert set(await asyncio.gather(*(note(number) for number in range(24)))) == {201}
    assert (await centre.incident(one))["version"] == before + 24


async def test_a_guard_that_looks_at_nothing_is_found_out(centre: Centre, database: str) -> None:
    """The planted fault: whatever is around now, the statement stands."""
    owner: asyncpg.Connection = await asyncpg.connect(database)
    await owner.execute("""
        drop function incident.must_be_around;
        create function incident.must_be_around(
            float8, float8, float8, float8, timestamptz, float8, float8, integer, bigint[]
        ) returns void language sql as 'select'
    """)
    await owner.close()
    opened = 0
    for number in range(10):
        at = (AKL[0], AKL[1] + 0.1 * number)
        everybody = asyncio.Barrier(4)

        async def call(at: tuple[float, float] = at, everybody: asyncio.Barrier = everybody) -> Any:
            await everybody.wait()
            return await centre.client().post("/v1/reports", json=a_report(at=at))

        await asyncio.gather(*(call() for _ in range(4)))
        opened = len(await centre.running.told(IncidentOpened))
        if opened > number + 1:
            return
    pytest.fail(f"{opened} incidents of 10 fires: nobody came at the same moment")
