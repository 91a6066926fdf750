"""What a crew came upon is opened under the id that dispatch told, with a crew at work, once."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts.dispatch import AssignmentCleared
from beaconfire_contracts.facts.dispatch_life import OnViewed, OnViewOpening
from beaconfire_contracts.facts.incident import IncidentHandled, IncidentOpened
from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, ReportId
from beaconfire_contracts.locks import LockClass
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_incident.application.open_on_view import keys
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import AKL, Centre


def _told(centre: Centre, **change: Any) -> OnViewed:
    now = wall_now()
    opening = OnViewOpening(ReportId(new_id()), BodyId(centre.body), "fire.structure", Point(*AKL))
    told = replace(
        an_example_of(OnViewed),
        incident_id=IncidentId(new_id()),
        assignment_id=AssignmentId(new_id()),
        occurred_at=now,
        told_at=now,
        source=StatusSource.RADIO,
        opening=opening,
    )
    return replace(told, **change)


async def _hear(centre: Centre, *told: Any) -> None:
    await centre.running.tell(*told)
    await centre.running.catch_up()


async def test_it_is_open_since_dispatch_heard_with_the_crew_on_scene(centre: Centre) -> None:
    told = _told(centre)
    await _hear(centre, told)

    incident = await centre.incident(told.incident_id)

    assert (incident["type"], incident["status"]) == ("fire.structure", "open")
    assert incident["seat"] == centre.pool
    [one] = incident["assignments"]
    assert (one["id"], one["status"]) == (told.assignment_id, "on_scene")
    assert told.opening is not None
    assert [one["report_id"] for one in incident["reports"]] == [told.opening.report_id]
    [opened] = await centre.running.told(IncidentOpened)
    assert (opened.opened_at, opened.place.point) == (told.told_at, Point(*AKL))


async def test_told_again_it_is_one_and_what_was_open_stays(centre: Centre) -> None:
    known = (await centre.report())["incident_id"]
    again = _told(centre)
    joined = _told(centre, incident_id=IncidentId(known), opening=None)
    await _hear(centre, again, replace(again, assignment_id=AssignmentId(new_id())), joined)

    opened = await centre.running.told(IncidentOpened)
    assert [one.incident_id for one in opened] == [known, again.incident_id]
    assert [one["status"] for one in (await centre.incident(known))["assignments"]] == ["on_scene"]


async def test_a_kind_that_is_in_no_list_opens_it_untyped(centre: Centre) -> None:
    told = _told(centre)
    assert told.opening is not None
    strange = replace(told, opening=replace(told.opening, type="no.such", point=None))
    await _hear(centre, strange)

    incident = await centre.incident(told.incident_id)
    assert (incident["type"], incident["place"]["state"]) == (None, "unlocated")


async def test_it_is_handled_when_the_crew_clears(centre: Centre) -> None:
    told = _told(centre)
    await _hear(centre, told)
    cleared = replace(
        an_example_of(AssignmentCleared),
        incident_id=told.incident_id,
        assignment_id=told.assignment_id,
        source=StatusSource.RADIO,
    )
    await _hear(centre, cleared)

    assert [one.incident_id for one in await centre.running.told(IncidentHandled)] == [
        told.incident_id
    ]


def test_callers_about_the_same_wait_for_it() -> None:
    told = an_example_of(OnViewed)
    opening = OnViewOpening(ReportId("r"), BodyId("b"), None, Point(*AKL))

    assert [one.lock_class for one in keys(replace(told, opening=None))] == [LockClass.AGGREGATE]
    assert LockClass.BUCKET in {one.lock_class for one in keys(replace(told, opening=opening))}
