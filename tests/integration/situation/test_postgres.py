"""The journal: numbers without gaps, the picture at a moment, equal to a fresh fold of the log."""

import asyncio
from dataclasses import replace

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentClosed, IncidentOpened
from beaconfire_contracts.feed import Record
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.clock import wall_now
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.domain.fold import FOLDED, RecordKey, folded, record_of
from beaconfire_situation.domain.picture import content_hash, record_from
from beaconfire_situation.entrypoints.consumer import SOURCES
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


async def some_facts(running: ServiceUnderTest, count: int) -> list[str]:
    """Incidents that opened and were placed."""
    names = [new_id() for _ in range(count)]
    for name in names:
        one = IncidentId(name)
        await running.tell(
            replace(an_example_of(IncidentOpened), incident_id=one),
            replace(an_example_of(IncidentPlaced), incident_id=one),
        )
    await running.catch_up()
    return names


async def fresh_fold(running: ServiceUnderTest) -> str:
    """The content hash of a fold of the whole log from nothing."""
    log = PostgresLog(running.ground.database.pool, Doorbell())
    records: dict[RecordKey, Record] = {}
    for told in await log.everything(SOURCES):
        if not isinstance(told.fact, FOLDED):
            continue
        key = record_of(told.fact)
        known = records.get(key)
        data = folded(told.fact, None if known is None else known.data)
        records[key] = record_from(key, told.key_version, data)
    return content_hash(records.values())


async def test_changes_are_numbered_without_gaps_in_their_order(
    situation: ServiceUnderTest,
) -> None:
    await some_facts(situation, 40)

    changes = await Journal(situation.ground.database).after(0, 500)

    assert [one.pos for one in changes] == list(range(1, 81))
    assert changes[0].before is None


async def test_the_kept_picture_is_what_a_fresh_fold_of_the_log_gives(
    situation: ServiceUnderTest,
) -> None:
    await some_facts(situation, 10)

    picture, _ = await Journal(situation.ground.database).load()

    kept = content_hash(picture.visible(lambda _: True))
    assert kept == await fresh_fold(situation)


async def test_a_wrong_record_is_found_by_its_content(situation: ServiceUnderTest) -> None:
    [name] = await some_facts(situation, 1)
    async with situation.ground.database.pool.acquire() as connection:
        await connection.execute(
            """update record set data = '{"status": "closed"}' where id = $1""", name
        )

    picture, _ = await Journal(situation.ground.database).load()

    assert content_hash(picture.visible(lambda _: True)) != await fresh_fold(situation)


async def test_the_picture_of_a_moment_is_as_it_was_known_then(
    situation: ServiceUnderTest,
) -> None:
    [name] = await some_facts(situation, 1)
    await asyncio.sleep(0.05)
    moment = wall_now()
    await asyncio.sleep(0.05)
    await situation.tell(replace(an_example_of(IncidentClosed), incident_id=IncidentId(name)))
    await situation.catch_up()
    journal = Journal(situation.ground.database)

    then, (now, _) = await journal.at(moment), await journal.load()

    status = {one.data.get("status") for one in then.of(("incident", name))}
    assert "closed" not in status
    assert then.pos == now.pos - 1
