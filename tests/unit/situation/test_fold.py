"""The fold is pure and total, and order matters within a stream only."""

import copy
import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_contracts.facts import FACTS, Fact, key_of, spec_of
from beaconfire_contracts.facts import dispatch as units
from beaconfire_contracts.facts import incident as told
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.feed import Record
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_situation.domain.fold import FOLDED, RecordKey, folded, record_of
from beaconfire_situation.domain.picture import content_hash, record_from
from beaconfire_testkit.builders import an_example_of

ADMINISTERED = {"person_id", "subscription_id", "area", "matters", "layer"}
"""Of a layer what its maps say of stations: what these become is dispatch's to tell."""


def test_every_fact_but_what_is_administered_is_in_the_picture() -> None:
    left_out = {spec.factclass for spec in FACTS.values()} - set(FOLDED)

    assert {spec_of(an_example_of(one)).key_field for one in left_out} == ADMINISTERED


@pytest.mark.parametrize("factclass", FOLDED, ids=lambda one: one.__name__)
def test_a_fact_folds_onto_nothing_and_onto_itself_and_changes_nothing_it_was_given(
    factclass: type[Fact],
) -> None:
    fact = an_example_of(factclass)

    first = folded(fact, None)
    before = copy.deepcopy(first)
    folded(fact, first)

    assert first == before
    assert record_of(fact) == RecordKey(record_of(fact).kind, key_of(fact), spec_of(fact).service)


def test_no_fact_carries_prose_into_the_picture() -> None:
    names = {name for one in FOLDED for name in folded(an_example_of(one), None)}

    assert not names & {"text", "reporter", "phone", "name", "address", "callback"}


def streams(incident_id: str) -> list[list[Any]]:
    """One incident's facts, as four streams tell them."""
    one, unit, work = IncidentId(incident_id), UnitId("u"), AssignmentId("a")

    def of(factclass: type[Any], **members: Any) -> Any:
        return replace(an_example_of(factclass), incident_id=one, **members)

    of_incident = [
        of(told.IncidentOpened),
        of(told.ReportReceived, attached=False),
        of(told.IncidentReclassified),
        of(told.IncidentTaken),
        of(told.IncidentHandled),
        of(told.IncidentClosed),
    ]
    of_dispatch = [
        of(units.ResponseOpened),
        of(units.RecommendationMade),
        of(units.AssignmentDispatched, assignment_id=work, unit_id=unit),
        of(units.AssignmentEnRoute, assignment_id=work, unit_id=unit, gaps=()),
        of(units.AssignmentCleared, assignment_id=work, unit_id=unit, gaps=()),
        of(units.ResponseEnded),
    ]
    of_unit = [
        replace(an_example_of(units.UnitRegistered), unit_id=unit),
        replace(an_example_of(units.UnitStatusChanged), unit_id=unit),
    ]
    return [of_incident, of_dispatch, of_unit, [of(IncidentPlaced), of(IncidentPlaced)]]


def played(order: list[Fact]) -> str:
    """The content hash of a picture after these facts."""
    records: dict[RecordKey, Record] = {}
    for fact in order:
        key = record_of(fact)
        known = records.get(key)
        version = 1 if known is None else known.version + 1
        records[key] = record_from(
            key, version, folded(fact, None if known is None else known.data)
        )
    return content_hash(records.values())


@given(seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_however_streams_arrive_against_each_other_the_picture_is_the_same(seed: int) -> None:
    chance = random.Random(seed)
    waiting = streams("i") + streams("j")[:2]
    straight = [fact for stream in waiting for fact in stream]
    shuffled: list[Fact] = []
    left = [list(stream) for stream in waiting]
    while any(left):
        stream = chance.choice([one for one in left if one])
        shuffled.append(stream.pop(0))

    assert played(shuffled) == played(straight)


def test_another_content_is_another_hash() -> None:
    [of_incident, *_] = streams("i")

    assert played(of_incident) != played(of_incident[:-1])
