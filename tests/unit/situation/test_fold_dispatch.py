"""Dispatch's records: late steps keep their time, moved assignments leave and arrive."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from beaconfire_contracts.facts import dispatch as facts
from beaconfire_contracts.facts import grid_work, standing_by, stations
from beaconfire_contracts.ids import AssignmentId
from beaconfire_contracts.vocabulary import AssignmentStatus
from beaconfire_situation.domain.fold_dispatch import ANSWERS, RESOURCES
from beaconfire_testkit.builders import NOON, an_example_of

A = AssignmentId("a")


def after(*told: Any) -> dict[str, Any]:
    """The answer's record after these facts."""
    data: dict[str, Any] = {}
    for fact in told:
        data = ANSWERS[type(fact)](fact, data)
    return data


def step(factclass: Any, minutes: int) -> Any:
    """A step told for a moment."""
    at = NOON + timedelta(minutes=minutes)
    return replace(an_example_of(factclass), assignment_id=A, occurred_at=at, gaps=())


SENT = replace(an_example_of(facts.AssignmentDispatched), assignment_id=A)


def test_a_step_told_late_keeps_its_time_and_moves_nothing_back() -> None:
    data = after(SENT, step(facts.AssignmentOnScene, 9), step(facts.AssignmentEnRoute, 2))

    one = data["assignments"][A]
    assert one["status"] == "on_scene"
    assert list(one["steps"]) == ["on_scene", "en_route"]


def test_a_gap_is_flagged_until_its_step_is_told_after_all() -> None:
    gaps = (AssignmentStatus.ACKNOWLEDGED, AssignmentStatus.EN_ROUTE)
    on_scene = replace(step(facts.AssignmentOnScene, 9), gaps=gaps)

    with_gaps = after(SENT, on_scene)["assignments"][A]
    filled = after(SENT, on_scene, step(facts.AssignmentEnRoute, 2))["assignments"][A]

    assert with_gaps["gaps"] == ["acknowledged", "en_route"]
    assert filled["gaps"] == ["acknowledged"]


def test_a_step_keeps_when_and_by_what_means_it_was_told() -> None:
    told = replace(step(facts.AssignmentOnScene, 2), told_at=NOON + timedelta(minutes=9))

    one = after(SENT, told)["assignments"][A]

    assert one["told"]["on_scene"]["at"].startswith("2026-11-24T12:09")
    assert one["told"]["on_scene"]["source"] == told.source.value


def test_the_version_counts_what_dispatch_counts() -> None:
    reminded = replace(an_example_of(facts.Reminded), assignment_id=A)
    rehomed = replace(an_example_of(facts.AssignmentRehomed), assignment_id=A, version=7)
    unversioned = replace(rehomed, version=None)
    on_scene = step(facts.AssignmentOnScene, 9)

    assert after(SENT)["assignments"][A]["version"] == 1
    assert after(SENT, reminded, on_scene)["assignments"][A]["version"] == 3
    assert after(rehomed, on_scene)["assignments"][A]["version"] == 8
    assert after(unversioned, on_scene)["assignments"][A]["version"] is None


def test_a_new_address_stands_until_the_crew_knows_it() -> None:
    moved = replace(an_example_of(facts.AssignmentRedirected), assignment_id=A, eta_at=NOON)
    heard = replace(an_example_of(facts.RedirectionAcknowledged), assignment_id=A)
    first_heard = step(facts.AssignmentAcknowledged, 1)

    one = after(SENT, first_heard, moved)["assignments"][A]
    known = after(SENT, first_heard, moved, heard)["assignments"][A]

    assert (one["address_changed"], one["version"]) == (True, 3)
    assert one["eta_at"].startswith("2026-11-24T12:00")
    assert (known["address_changed"], known["version"]) == (False, 4)
    assert known["steps"] == one["steps"]
    assert not after(SENT, moved, first_heard)["assignments"][A]["address_changed"]


def test_an_ended_assignment_stays_ended() -> None:
    data = after(SENT, step(facts.AssignmentCleared, 30), step(facts.AssignmentOnScene, 9))

    assert data["assignments"][A]["status"] == "cleared"


def test_a_moved_assignment_leaves_here_and_stands_there() -> None:
    away = replace(an_example_of(facts.AssignmentMovedAway), assignment_id=A)
    here = replace(
        an_example_of(facts.AssignmentRehomed),
        assignment_id=A,
        status=AssignmentStatus.EN_ROUTE,
    )

    assert after(SENT, away)["assignments"] == {}
    assert after(here)["assignments"][A]["status"] == "en_route"
    assert after(SENT, away, here)["assignments"][A]["fence"] == here.fence


def test_a_status_of_a_unit_names_its_incident_and_forgets_it() -> None:
    _, registered = RESOURCES[facts.UnitRegistered]
    _, changed = RESOURCES[facts.UnitStatusChanged]
    busy = an_example_of(facts.UnitStatusChanged)
    unit = registered(an_example_of(facts.UnitRegistered), {})

    free = replace(busy, incident_id=None, assignment_id=None)

    assert changed(busy, unit)["incident_id"] == busy.incident_id
    assert changed(free, changed(busy, unit))["incident_id"] is None
    assert changed(busy, unit)["call_sign"] == unit["call_sign"]


def test_a_units_place_to_stand_by_is_shown_until_it_is_declined_or_the_unit_is_sent() -> None:
    data: dict[str, Any] = {}
    for one in (standing_by.StandbyProposed, standing_by.StandbyOrdered):
        data = RESOURCES[one][1](an_example_of(one), data)
    ordered = data["standby"]
    declined = RESOURCES[standing_by.StandbyDeclined][1](
        an_example_of(standing_by.StandbyDeclined), data
    )
    sent = RESOURCES[facts.UnitStatusChanged][1](an_example_of(facts.UnitStatusChanged), data)

    assert ordered["state"] == "ordered"
    assert (declined["standby"], sent["standby"]) == (None, None)


def test_a_desks_late_task_is_raised_beside_what_else_was() -> None:
    told = an_example_of(grid_work.TaskRaised)
    held = ANSWERS[type(told)](told, {"raised": {"recall:a": {}}})["raised"]

    assert list(held) == ["recall:a", f"task:{told.task_id}"]
    assert held[f"task:{told.task_id}"]["task_id"] == told.task_id


def test_a_task_keeps_what_it_was_offered_with() -> None:
    offered = an_example_of(facts.TaskOffered)
    done = replace(an_example_of(facts.TaskStateChanged), task_id=offered.task_id, reason=None)

    task = after(offered, done)["tasks"][offered.task_id]

    assert (task["kind"], task["state"]) == (offered.kind.value, done.state.value)


def test_a_station_that_its_map_moves_leaves_out_and_has_again_is_one_record() -> None:
    registered = an_example_of(facts.StationRegistered)
    gone = replace(an_example_of(stations.StationRetired), station_id=registered.station_id)
    moved = replace(
        an_example_of(stations.StationChanged), station_id=registered.station_id, name_en="Moved"
    )
    told: list[dict[str, Any]] = [{}]

    for fact in (registered, gone, moved):
        kind, folder = RESOURCES[type(fact)]
        assert kind == "station"
        told.append(folder(fact, told[-1]))

    assert told[2]["retired_at"] is not None
    assert (told[3]["name_en"], told[3]["retired_at"]) == ("Moved", None)
    assert told[3].keys() == told[2].keys()
