"""When the last unit clears, the work is done: told once, and by the units alone."""

from dataclasses import replace

from beaconfire_contracts.facts.dispatch import (
    AssignmentCancelled,
    AssignmentCleared,
    AssignmentDispatched,
    AssignmentRefused,
)
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_contracts.ids import AssignmentId, IncidentId
from beaconfire_contracts.vocabulary import StatusSource
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


async def test_it_is_not_handled_while_somebody_is_sent_for_who_did_not_come(
    centre: Centre,
) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    units = [AssignmentId(new_id()) for _ in range(3)]
    sent = replace(an_example_of(AssignmentDispatched), incident_id=one)
    silent = replace(an_example_of(AssignmentCancelled), source=StatusSource.SYSTEM)
    await centre.running.tell(
        *(replace(sent, assignment_id=unit) for unit in units),
        replace(an_example_of(AssignmentCleared), incident_id=one, assignment_id=units[0]),
        replace(silent, incident_id=one, assignment_id=units[1]),
        replace(an_example_of(AssignmentRefused), incident_id=one, assignment_id=units[2]),
    )
    await centre.running.catch_up()

    assert (await centre.incident(one))["status"] == "open"


async def test_who_came_before_it_was_reopened_has_not_answered_it_again(centre: Centre) -> None:
    one = IncidentId((await centre.report())["incident_id"])
    first, second, third = (AssignmentId(new_id()) for _ in range(3))
    sent = replace(an_example_of(AssignmentDispatched), incident_id=one)
    cleared = replace(an_example_of(AssignmentCleared), incident_id=one)
    called_off = replace(an_example_of(AssignmentCancelled), incident_id=one)
    await centre.running.tell(
        replace(sent, assignment_id=first), replace(cleared, assignment_id=first)
    )
    await centre.running.catch_up()
    await centre.client().post(f"/v1/incidents/{one}/reopen", json={})

    await centre.running.tell(
        replace(sent, assignment_id=second), replace(called_off, assignment_id=second)
    )
    await centre.running.catch_up()
    assert (await centre.incident(one))["status"] == "open"

    await centre.running.tell(
        replace(sent, assignment_id=third), replace(cleared, assignment_id=third)
    )
    await centre.running.catch_up()
    assert (await centre.incident(one))["status"] == "handled"
