"""A demand is the same whatever the order between streams in which its facts are heard."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.facts.geo import IncidentPlaced, LayerReleased
from beaconfire_contracts.facts.incident import (
    IncidentAbsorbed,
    IncidentClosed,
    IncidentMerged,
    IncidentOpened,
    IncidentOwned,
    IncidentReclassified,
    IncidentReleased,
    IncidentRelocated,
    IncidentReopened,
    IncidentSplit,
    IncidentVoided,
    ParticipationRecorded,
)
from beaconfire_contracts.ids import BodyId, IncidentId, ResponseId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.vocabulary import ParticipationState, PlaceState, Priority
from beaconfire_dispatch.domain.demand import FOLLOWED, Demand, asks_more, heard
from beaconfire_testkit.builders import AN_ID, an_example_of

INCIDENT = IncidentId(AN_ID)
HERE, THERE = Point(174.76, -36.85), Point(174.78, -36.88)
OPENED = replace(
    an_example_of(IncidentOpened),
    type="fire",
    priority=Priority.P2,
    place=Place(PlaceState.APPROXIMATE, HERE),
    division="akl",
)
PLACED = replace(an_example_of(IncidentPlaced), point=HERE, path="akl.d1.c1")
MOVED = [
    replace(an_example_of(IncidentRelocated), place=Place(PlaceState.CONFIRMED, THERE)),
    replace(PLACED, point=THERE, path="akl.d1.c2"),
]
LATER = [
    replace(an_example_of(IncidentReclassified), type="fire.dwelling", priority=Priority.P1),
    an_example_of(IncidentOwned),
    an_example_of(ParticipationRecorded),
    an_example_of(IncidentClosed),
    an_example_of(IncidentReopened),
]


def hear(*facts: Any, before: Demand | None = None) -> Demand:
    demand = before or Demand(INCIDENT)
    for fact in facts:
        demand = heard(fact, demand)
    return demand


@given(st.lists(st.sampled_from(LATER), max_size=5), st.randoms(use_true_random=False))
def test_what_geo_says_may_come_before_between_or_after(later: list[Any], chance: Any) -> None:
    incident = [OPENED, MOVED[0], *later]
    geo = [PLACED, MOVED[1]]
    expected = hear(*incident, *geo)
    mixed: list[Any] = []
    while incident or geo:
        stream = chance.choice([one for one in (incident, geo) if one])
        mixed.append(stream.pop(0))

    assert hear(*mixed) == expected
    assert expected.point == THERE


def test_before_it_is_placed_it_lies_where_it_was_received() -> None:
    unplaced = hear(OPENED)

    assert (unplaced.path, unplaced.whereabouts) == (None, "akl")
    assert hear(replace(PLACED, path="unplaced"), before=unplaced).whereabouts == "akl"
    assert hear(PLACED, before=unplaced).whereabouts == "akl.d1.c1"


def test_a_place_that_is_unknown_again_keeps_the_last_known_point() -> None:
    lost = replace(an_example_of(IncidentRelocated), place=Place(PlaceState.UNLOCATED))

    assert hear(OPENED, lost).point == HERE


def test_a_merged_incident_is_answered_elsewhere_until_it_is_split() -> None:
    merged = hear(OPENED, an_example_of(IncidentMerged))
    split = hear(replace(an_example_of(IncidentSplit), priority=Priority.P3), before=merged)

    assert not merged.is_live
    assert split.is_live
    assert split.priority == 3


def test_what_absorbs_another_takes_its_urgency_and_gives_it_back() -> None:
    absorbed = hear(OPENED, replace(an_example_of(IncidentAbsorbed), priority=Priority.P1))
    released = replace(an_example_of(IncidentReleased), priority=Priority.P2)

    assert absorbed.priority == 1
    assert hear(released, before=absorbed).priority == 2


def test_closed_and_voided_are_over_until_reopened() -> None:
    for over in (IncidentClosed, IncidentVoided):
        ended = hear(OPENED, an_example_of(over))
        assert ended.ended
        assert hear(an_example_of(IncidentReopened), before=ended).is_live


def test_who_returned_its_part_takes_part_no_longer() -> None:
    asked = an_example_of(ParticipationRecorded)
    returned = replace(
        asked,
        participation=replace(asked.participation, state=ParticipationState.RETURNED),
    )

    assert hear(asked).participants == frozenset({str(BodyId(AN_ID))})
    assert hear(asked, returned).participants == frozenset()


def test_a_fact_about_something_else_says_nothing() -> None:
    assert hear(an_example_of(LayerReleased)) == Demand(INCIDENT)
    assert LayerReleased not in FOLLOWED
    assert {IncidentOpened, IncidentPlaced, IncidentVoided} <= set(FOLLOWED)


NEEDS = st.dictionaries(
    st.sampled_from(("engine", "ladder", "ambulance")), st.integers(1, 3), max_size=3
)


@given(NEEDS, NEEDS, st.integers(1, 4), st.integers(1, 4))
def test_it_asks_for_more_when_a_line_grew_or_it_is_more_urgent(
    had: dict[str, int], has: dict[str, int], was: int, now: int
) -> None:
    before = replace(Demand(INCIDENT), response_id=ResponseId(AN_ID), priority=was, needs=_of(had))
    after = replace(before, priority=now, needs=_of(has))

    grew = any(count > had.get(name, 0) for name, count in has.items())

    assert asks_more(before, after) == (grew or now < was)
    assert not asks_more(replace(before, response_id=None), after)


def _of(needs: dict[str, int]) -> tuple[Need, ...]:
    return tuple(Need(name, count) for name, count in needs.items())
