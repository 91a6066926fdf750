"""Who is late and what was raised, in the picture; a recall is gone once the crew is there."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts import dispatch
from beaconfire_contracts.facts.dispatch_life import AssignmentLate, OnViewed, RaisedToSuperior
from beaconfire_contracts.ids import AssignmentId
from beaconfire_contracts.vocabulary import OverdueMatter
from beaconfire_situation.domain.fold_dispatch import ANSWERS
from beaconfire_situation.domain.fold_life import LIVES
from beaconfire_testkit.builders import an_example_of

A = AssignmentId("a")


def after(*told: type) -> dict[str, Any]:
    """The answer's record after these facts of one assignment."""
    data: dict[str, Any] = {}
    for factclass in told:
        fact = replace(an_example_of(factclass), assignment_id=A)
        if isinstance(fact, RaisedToSuperior):
            fact = replace(fact, matter=OverdueMatter.RECALL)
        data = {**ANSWERS, **LIVES}[factclass](fact, data)
    return data


def test_lateness_counts_as_a_change_until_a_new_address_comes() -> None:
    late = after(dispatch.AssignmentDispatched, AssignmentLate)["assignments"][A]
    moved = after(dispatch.AssignmentDispatched, AssignmentLate, dispatch.AssignmentRedirected)[
        "assignments"
    ][A]

    assert (late["late_at"] is not None, late["version"]) == (True, 2)
    assert (moved["late_at"], moved["version"]) == (None, 3)


def test_what_the_shift_leader_has_stands_by_matter_and_order() -> None:
    raised = after(dispatch.AssignmentDispatched, RaisedToSuperior)["raised"]

    assert list(raised) == ["recall:a"]
    assert raised["recall:a"]["matter"] == "recall"


def test_a_recall_stands_until_it_is_heard_or_the_crew_is_there() -> None:
    asked = (dispatch.AssignmentDispatched, dispatch.RecallRequested)

    assert after(*asked)["assignments"][A]["recall"] == "requested"
    heard = after(*asked, dispatch.RecallAcknowledged)["assignments"][A]
    assert heard["recall"] == "acknowledged"
    assert after(*asked, dispatch.AssignmentOnScene)["assignments"][A]["recall"] is None


def test_who_began_without_an_order_is_there_and_steps_on_from_there() -> None:
    began = after(OnViewed)["assignments"][A]
    cleared = after(OnViewed, dispatch.AssignmentCleared)["assignments"][A]

    assert (began["status"], began["is_on_view"], began["gaps"]) == ("on_scene", True, [])
    assert (cleared["status"], cleared["version"]) == ("cleared", 2)
