"""One fact is one record and one numbered change, with who saw it before and who sees it now."""

from dataclasses import replace

from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest


async def test_a_placing_changes_who_sees_all_of_the_incident(
    situation: ServiceUnderTest,
) -> None:
    one = IncidentId(new_id())
    await situation.tell(
        replace(an_example_of(IncidentOpened), incident_id=one, division="akl"),
        replace(an_example_of(IncidentPlaced), incident_id=one, path="akl.d1.c1"),
    )
    await situation.catch_up()

    opened, placed = await Journal(situation.ground.database).after(0, 10)

    assert (opened.before, opened.after.path) == (None, "akl")
    assert (placed.before, placed.after.path) == (opened.after, "akl.d1.c1")
    assert (placed.record.source, placed.record.version) == ("geo", 1)


async def test_the_answer_may_be_heard_before_the_incident(situation: ServiceUnderTest) -> None:
    one = IncidentId(new_id())
    await situation.tell(replace(an_example_of(IncidentPlaced), incident_id=one))
    await situation.catch_up()
    await situation.tell(replace(an_example_of(IncidentOpened), incident_id=one))
    await situation.catch_up()

    picture, _ = await Journal(situation.ground.database).load()

    assert {record.source for record in picture.of(("incident", one))} == {"geo", "incident"}
