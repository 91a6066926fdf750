"""The picture is folded by one statement: what it may take for granted, and what not."""

import asyncio
from dataclasses import replace
from typing import Any

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentClosed, IncidentOpened, NoteWritten
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_situation.adapters.postgres import Journal, PgFiles
from beaconfire_situation.application.file_ended import FileEnded, file_ended, keys
from beaconfire_situation.main import build
from beaconfire_situation.settings import SituationSettings
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause("test", "at-once")


def of(fact: type[Fact], key: IncidentId, **members: Any) -> Any:
    return replace(an_example_of(fact), incident_id=key, **members)  # type: ignore[arg-type]  # has one


async def test_a_change_of_what_is_over_waits_for_whoever_files_it(
    situation: ServiceUnderTest,
) -> None:
    key = IncidentId(new_id())
    await situation.tell(of(IncidentOpened, key), of(IncidentClosed, key))
    await situation.catch_up()
    command, now = FileEnded([key]), situation.ground.clock.now()
    async with situation.databases["situation"].transaction(*keys(command), cause=CAUSE) as tx:
        await file_ended(command, files=PgFiles(tx.connection), now=now)
        await situation.tell(of(NoteWritten, key))
        catching_up = asyncio.create_task(situation.catch_up())
        await _somebody_waits(situation)
    await catching_up
    await situation.catch_up()

    changes = await Journal(situation.ground.database).after(0, 100)
    assert changes[-1].after.filed
    assert await situation.ground.database.pool.fetchval(
        "select filed from sight where id = $1", key
    )


async def test_what_another_stream_told_of_before_is_not_taken_for_new(
    situation: ServiceUnderTest,
) -> None:
    key = IncidentId(new_id())
    await situation.tell(of(IncidentPlaced, key, path="nz.akl"))
    await situation.catch_up()
    await situation.service.consumers[0].close()
    anew = await build(situation.ground, SituationSettings())  # it has met nothing
    await situation.tell(of(IncidentOpened, key))
    await drained(anew.consumers[0])

    *_, last = await Journal(situation.ground.database).after(0, 100)
    assert last.before is not None
    assert last.after.path == "nz.akl"


async def drained(consumer: Consumer) -> None:
    while await consumer.step():
        pass


async def _somebody_waits(situation: ServiceUnderTest) -> None:
    """For a lock that is held here."""
    for _ in range(600):
        if await situation.ground.database.pool.fetchval(
            "select exists (select from pg_locks where not granted)"
        ):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("nobody came to the lock")
