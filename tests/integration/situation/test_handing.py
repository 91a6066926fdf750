"""The process that writes the journal hands its changes to its own feed; the journal is right."""

from dataclasses import replace

import pytest

from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.clock import wall_now
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_situation.adapters import feed as feeds
from beaconfire_situation.adapters.batch import BatchRecords
from beaconfire_situation.adapters.feed import Feed
from beaconfire_situation.adapters.markers import Markers
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.application.apply_fact import apply_fact
from beaconfire_situation.domain.picture import Change
from beaconfire_testkit.builders import an_example_of, envelope_of
from beaconfire_testkit.service import ServiceUnderTest

from .test_batch import CAUSE


async def written(situation: ServiceUnderTest, batch: BatchRecords) -> list[Change]:
    """One incident more; what is handed over of it."""
    fact = replace(an_example_of(IncidentOpened), incident_id=IncidentId(new_id()))
    async with situation.ground.database.transaction(cause=CAUSE) as tx:
        await apply_fact(envelope_of(fact), records=batch.records(tx), now=wall_now())
        await batch.write(tx)
    return batch.told()


@pytest.fixture
async def feed(situation: ServiceUnderTest) -> Feed:
    """A second feed of the same tables, which nobody makes follow them."""
    ground = situation.ground
    made = Feed(
        Journal(ground.database), Doorbell(), ground.clock, ground.verifier,
        Markers(ground.positions, ground.http, ground.clock),
    )  # fmt: skip
    await made.load()
    return made


async def test_what_comes_next_is_not_read_again(situation: ServiceUnderTest, feed: Feed) -> None:
    batch = BatchRecords()
    first, second = await written(situation, batch), await written(situation, batch)
    await situation.ground.database.pool.execute("delete from journal")
    feed.hand(first)
    feed.hand(second)

    assert feed.picture.pos == 0, "who writes is not the one who tells"
    assert await feed.step() == 2
    assert feed.picture.pos == 2


async def test_what_does_not_come_next_is_read_with_what_was_between(
    situation: ServiceUnderTest, feed: Feed
) -> None:
    batch = BatchRecords()
    first = await written(situation, batch)
    await written(situation, batch)
    third = await written(situation, batch)
    feed.hand(first)
    feed.hand(third)
    feed.hand(third)

    while await feed.step():
        pass
    assert feed.picture.pos == 3
    assert len(list(feed.picture.visible(lambda _: True))) == 3


async def test_a_feed_that_stands_still_is_not_handed_more_and_more(
    situation: ServiceUnderTest, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = BatchRecords()
    monkeypatch.setattr(feeds, "CHANGES_AT_ONCE_MAX", 2)
    for _ in range(5):
        feed.hand(await written(situation, batch))

    taken = [await feed.step() for _ in range(4)]
    assert feed.picture.pos == 5
    assert max(taken) == 2
