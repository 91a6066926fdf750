"""When the last unit clears, the work is done: told once, and by the units alone."""

from dataclasses import replace

from beaconfire_contracts.facts.dispatch import (
    AssignmentCancelled,
    AssignmentCleared,
    AssignmentDispatched,
)
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_contracts.ids import AssignmentId, IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre


async def test_it_is_handled_when_the_last_of_two_units_clears(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    units = [AssignmentId(new_id()) for _ in range(2)]
    sent = an_example_of(AssignmentDispatched)
    cleared = an_example_of(AssignmentCleared)
    await centre.running.tell(
        *(replace(sent, incident_id=one, assignment_id=unit) for unit in units),
        replace(cleared, incident_id=one, assignment_id=units[0]),
    )
    await centre.running.catch_up()
    assert (await centre.incident(one))["status"] == "open"

    await centre.running.tell(replace(cleared, incident_id=one, assignment_id=units[1]))
    await centre.running.catch_up()

    assert (await centre.incident(one))["status"] == "handled"
    assert len(await centre.running.told(IncidentHandled)) == 1


async def test_units_that_were_called_off_have_answered_nothing(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    await centre.running.tell(
        replace(an_example_of(AssignmentDispatched), incident_id=one),
        replace(an_example_of(AssignmentCancelled), incident_id=one),
    )
    await centre.running.catch_up()

    assert (await centre.incident(one))["status"] == "open"
