"""What is kept of an incident, and what of it a body outside is told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beaconfire_agency.domain.known_incident import (
    OF_FILE,
    OF_INCIDENT,
    STEPS,
    KnownIncident,
    with_fact,
)
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.dispatch import (
    AssignmentDispatched,
    AssignmentMovedAway,
    AssignmentOnScene,
    AssignmentRehomed,
)
from beaconfire_contracts.facts.dispatch_life import OnViewed
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import (
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentOwned,
    IncidentReopened,
    IncidentSplit,
    ParticipationRecorded,
)
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import (
    AssignmentStatus,
    IncidentStatus,
    ParticipationState,
)
from beaconfire_testkit.builders import AN_ID, NOON, an_example_of

UNKNOWN = KnownIncident(IncidentId(AN_ID))


def after(*facts: Fact) -> KnownIncident:
    """The incident after these facts."""
    known = UNKNOWN
    for fact in facts:
        known = with_fact(fact, known, None)
    return known


OPENED = replace(an_example_of(IncidentOpened), division="akl")


def test_nothing_is_shown_before_its_own_facts_are_heard() -> None:
    known = after(an_example_of(IncidentPlaced), an_example_of(AssignmentDispatched))

    assert (known.sight, known.shown) == (None, None)


def test_before_it_is_placed_it_lies_where_it_was_received() -> None:
    placed = replace(an_example_of(IncidentPlaced), path="akl.d1.c1")

    assert after(OPENED).division == "akl"
    assert after(OPENED, replace(placed, path=UNPLACED)).division == "akl"
    assert after(OPENED, placed).division == after(placed, OPENED).division == "akl.d1.c1"


@pytest.mark.parametrize("state", list(ParticipationState))
def test_who_gave_it_back_or_has_done_takes_part_no_more(state: ParticipationState) -> None:
    told = an_example_of(ParticipationRecorded)
    part = replace(told.participation, state=state, body=BodyId("utility"))

    sight = after(OPENED, replace(told, participation=part)).sight

    assert sight is not None
    over = state in (ParticipationState.RETURNED, ParticipationState.DONE)
    assert ("utility" in sight.participants) is not over


def test_another_owner_is_another_owner() -> None:
    told = an_example_of(IncidentOwned)
    owned = replace(told, owner=replace(told.owner, body=BodyId("other")))

    sight = after(OPENED, owned).sight

    assert sight is not None
    assert sight.owner == "other"


def test_what_is_merged_and_split_again_is_as_it_was() -> None:
    merged, split = an_example_of(IncidentMerged), an_example_of(IncidentSplit)

    then = after(OPENED, merged).shown
    now = after(OPENED, merged, split).shown

    assert then is not None
    assert then.status is IncidentStatus.MERGED
    assert now is not None
    assert now.status is IncidentStatus.OPEN


def test_what_is_reopened_has_no_end() -> None:
    closed = after(OPENED, an_example_of(IncidentClosed)).shown
    again = after(OPENED, an_example_of(IncidentClosed), an_example_of(IncidentReopened)).shown

    assert closed is not None
    assert closed.disposition is not None
    assert again is not None
    assert (again.closed_at, again.disposition) == (None, None)


def test_units_on_their_way_are_shown_with_how_far_they_are() -> None:
    sent = an_example_of(AssignmentDispatched)
    there = replace(an_example_of(AssignmentOnScene), occurred_at=NOON + timedelta(minutes=5))

    shown = after(OPENED, sent, there).shown

    assert shown is not None
    [one] = shown.responding
    assert (one.status, one.since) == (AssignmentStatus.ON_SCENE, there.occurred_at)


def test_what_moved_to_another_incident_is_shown_there() -> None:
    gone = after(OPENED, an_example_of(AssignmentDispatched), an_example_of(AssignmentMovedAway))
    come = after(OPENED, an_example_of(AssignmentRehomed))

    assert gone.answer.responding == ()
    assert len(come.answer.responding) == 1


def test_an_exercise_is_shown_as_one() -> None:
    shown = with_fact(OPENED, UNKNOWN, "autumn").shown

    assert shown is not None
    assert shown.exercise_id == "autumn"


@pytest.mark.parametrize("kind", sorted(OF_INCIDENT, key=str))
def test_every_fact_is_taken_in_any_order(kind: type[Fact]) -> None:
    known = after(an_example_of(kind), OPENED, an_example_of(kind))

    assert known.shown is not None
    assert kind in {*OF_FILE, *STEPS} or known.division


def test_a_crew_that_began_by_itself_is_shown_on_scene() -> None:
    [one] = after(an_example_of(OnViewed)).answer.responding

    assert (one.status, one.since) == (AssignmentStatus.ON_SCENE, NOON)
