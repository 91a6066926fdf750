"""Aid in the picture: who is asked, what they answer, and that nobody was left."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts.aid import AidAnswered, AidEnded, AidExhausted, AidRequested
from beaconfire_contracts.vocabulary import AidState
from beaconfire_situation.domain.fold_aid import AIDS
from beaconfire_testkit.builders import AN_ID, an_example_of


def _after(*told: Any) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for fact in told:
        data = AIDS[type(fact)](fact, data)
    return data


def test_a_request_stands_with_its_answer_until_it_is_over() -> None:
    accepted = replace(an_example_of(AidAnswered), state=AidState.ACCEPTED, reason=None)

    asked = _after(an_example_of(AidRequested))["aid"][AN_ID]
    given = _after(an_example_of(AidRequested), accepted)["aid"][AN_ID]
    over = _after(an_example_of(AidRequested), accepted, an_example_of(AidEnded))["aid"][AN_ID]

    assert (asked["state"], asked["unit_ids"]) == ("asked", [])
    assert (given["state"], given["unit_ids"]) == ("accepted", [AN_ID])
    assert (over["state"], over["body"]) == ("ended", AN_ID)


def test_that_nobody_is_left_is_raised_once() -> None:
    once = _after(an_example_of(AidExhausted))

    assert list(once["raised"]) == [f"aid:{AN_ID}"]
    assert _after(an_example_of(AidExhausted), an_example_of(AidExhausted)) == once
