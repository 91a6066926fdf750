"""The filing desk: after its time, or when too many have ended, and every client is told alike."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from beaconfire_contracts.facts.incident import IncidentClosed, IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_situation.adapters import filing
from beaconfire_situation.adapters.filing import Filing
from beaconfire_situation.adapters.postgres import Journal, PgFiles
from beaconfire_situation.domain.filing import FILED_AFTER
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


async def ended(situation: ServiceUnderTest, count: int) -> list[str]:
    """Incidents that opened and closed, one after the other."""
    names = [IncidentId(new_id()) for _ in range(count)]
    for one in names:
        await situation.tell(
            replace(an_example_of(IncidentOpened), incident_id=one),
            replace(an_example_of(IncidentClosed), incident_id=one),
        )
        await situation.catch_up()
    return list(names)


async def incidents_shown(situation: ServiceUnderTest) -> list[str]:
    """What the picture holds now."""
    picture, _ = await Journal(situation.ground.database).load()
    return picture.things("incident")


async def test_of_many_that_ended_the_newest_stay(situation: ServiceUnderTest) -> None:
    names = await ended(situation, 5)
    async with situation.ground.database.reading() as connection:
        due = await PgFiles(connection).due(situation.clock.now() - FILED_AFTER, 2, 10)

    assert due == names[:3]


async def test_the_desk_files_by_itself(situation: ServiceUnderTest) -> None:
    await ended(situation, 3)
    await situation.ground.database.pool.execute(
        "update sight set over_at = over_at - $1::interval", FILED_AFTER + timedelta(seconds=1)
    )

    running = asyncio.create_task(Filing(situation.ground.database, situation.clock).file_forever())
    try:
        async with asyncio.timeout(10):
            while await incidents_shown(situation):  # noqa: ASYNC110  (the desk has no event)
                await asyncio.sleep(0.05)
    finally:
        running.cancel()

    changes = await Journal(situation.ground.database).after(0, 100)
    assert [one.pos for one in changes] == list(range(1, len(changes) + 1))
    assert sum(one.after.filed for one in changes) == 3


def test_a_batch_fits_into_the_locks_of_one_transaction() -> None:
    assert filing.AT_ONCE_MAX <= 1_024
