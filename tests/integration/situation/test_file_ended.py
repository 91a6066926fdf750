"""What is over leaves the picture, comes back whole when it begins again, and stays on record."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import (
    IncidentClosed,
    IncidentOpened,
    IncidentReopened,
    NoteWritten,
)
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_situation.adapters.filing import Filing
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.domain.filing import FILED_AFTER
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


class Later:
    """The node's clock, some time later."""

    def __init__(self, under_test: ServiceUnderTest, later: timedelta) -> None:
        self._clock, self._later = under_test.clock, later
        self.state = under_test.clock.state

    def now(self) -> Any:
        return self._clock.now() + self._later


def filing(situation: ServiceUnderTest, later: timedelta) -> Filing:
    return Filing(situation.ground.database, Later(situation, later))


async def some_incident(situation: ServiceUnderTest, *, closed: bool) -> IncidentId:
    one = IncidentId(new_id())
    await situation.tell(
        replace(an_example_of(IncidentOpened), incident_id=one, division="akl"),
        replace(an_example_of(IncidentPlaced), incident_id=one, path="akl.d1.c1"),
    )
    if closed:
        await situation.tell(replace(an_example_of(IncidentClosed), incident_id=one))
    await situation.catch_up()
    return one


async def test_what_is_over_leaves_after_its_time_and_not_before(
    situation: ServiceUnderTest,
) -> None:
    over = await some_incident(situation, closed=True)
    going_on = await some_incident(situation, closed=False)

    early = await filing(situation, FILED_AFTER - timedelta(minutes=1)).look()
    due = await filing(situation, FILED_AFTER + timedelta(minutes=1)).look()

    picture, _ = await Journal(situation.ground.database).load()
    assert (early, due) == (0, 1)
    assert picture.things("incident") == [going_on]
    *_, geo, told = await Journal(situation.ground.database).after(0, 100)
    assert {geo.record.source, told.record.source} == {"geo", "incident"}
    assert (geo.record.id, told.record.id) == (over, over)
    assert not told.before.filed if told.before else False
    assert told.after.filed
    assert told.pos == geo.pos + 1 == picture.pos


async def test_what_was_filed_stays_on_record_and_in_the_picture_of_its_time(
    situation: ServiceUnderTest,
) -> None:
    over = await some_incident(situation, closed=True)
    moment = wall_now()
    await filing(situation, FILED_AFTER + timedelta(minutes=1)).look()
    journal = Journal(situation.ground.database)

    then, now = await journal.at(moment), await journal.at(wall_now())

    assert then.things("incident") == [over]
    assert now.things("incident") == []
    kept = await situation.ground.database.pool.fetchval(
        "select data ->> 'status' from record where id = $1 and source = 'incident'", over
    )
    assert kept == "closed"


async def test_a_late_note_on_what_is_filed_brings_nothing_back(
    situation: ServiceUnderTest,
) -> None:
    over = await some_incident(situation, closed=True)
    await filing(situation, FILED_AFTER + timedelta(minutes=1)).look()

    await situation.tell(replace(an_example_of(NoteWritten), incident_id=over))
    await situation.catch_up()

    picture, _ = await Journal(situation.ground.database).load()
    *_, late = await Journal(situation.ground.database).after(0, 100)
    assert picture.things("incident") == []
    assert late.after.filed
    assert late.record.data["notes"] == 1


async def test_what_is_reopened_comes_back_with_all_its_records(
    situation: ServiceUnderTest,
) -> None:
    over = await some_incident(situation, closed=True)
    await filing(situation, FILED_AFTER + timedelta(minutes=1)).look()
    picture, _ = await Journal(situation.ground.database).load()

    await situation.tell(replace(an_example_of(IncidentReopened), incident_id=over))
    await situation.catch_up()

    journal = Journal(situation.ground.database)
    for change in await journal.after(picture.pos, 10):  # as a feed follows
        picture.apply(change)
    fresh, _ = await journal.load()
    for one in (picture, fresh):
        assert {record.source for record in one.of(("incident", over))} == {"geo", "incident"}
    assert await filing(situation, FILED_AFTER + timedelta(minutes=1)).look() == 0
