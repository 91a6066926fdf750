"""Situation's reactions: every folded fact is heard, a repeat changes nothing."""

from dataclasses import replace

from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.domain.fold import FOLDED
from beaconfire_situation.entrypoints.consumer import reactions
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


def test_every_fact_of_the_picture_is_heard() -> None:
    heard = reactions(lambda _: None, wall_now)  # pyright: ignore[reportArgumentType]  (never called)

    assert set(FOLDED) <= heard.keys()


async def test_a_log_read_twice_gives_each_change_once(situation: ServiceUnderTest) -> None:
    await situation.tell(replace(an_example_of(IncidentOpened), incident_id=IncidentId(new_id())))
    await situation.catch_up()
    await situation.ground.database.pool.execute("update position set txid = 0, row = 0, epoch = 0")
    consumer = situation.service.consumers[0]
    await consumer.close()
    await situation.catch_up()

    assert len(await Journal(situation.ground.database).after(0, 10)) == 1
    assert consumer.health.skipped == 1
