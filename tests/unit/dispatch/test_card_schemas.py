"""What a request about run cards may be, before anything is asked of it."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_dispatch.domain.card_rules import CARDS_MAX, LINES_MAX, STEPS_MAX
from beaconfire_dispatch.entrypoints.card_schemas import AlarmIn, PreviewAsked, RunCardsIn
from beaconfire_testkit.builders import AN_ID

LINE = {"capability": "engine", "count": 1}


def _cards(*cards: Any) -> RunCardsIn:
    return RunCardsIn.model_validate({"body": AN_ID, "replaces": 0, "cards": list(cards)})


def test_a_line_without_alternatives_asks_for_one_thing() -> None:
    taken = _cards({"type": "fire", "steps": ((LINE,),)})

    [card] = taken.cards
    assert card.area is None
    assert (card.steps[0][0].alternatives, card.steps[0][0].group) == ((), None)


@pytest.mark.parametrize(
    "card",
    [
        {"type": "fire", "steps": ()},
        {"type": "fire", "steps": ((LINE | {"count": 101},),)},
        {"type": "fire", "steps": ((LINE | {"counts": 1},),)},
        {"type": "fire", "steps": ((LINE,) * (LINES_MAX + 1),)},
        {"type": "fire", "steps": ((LINE,),) * (STEPS_MAX + 1)},
        {"type": "fire", "area": "a b", "steps": ((LINE,),)},
        {"type": "fire", "steps": ((LINE,),), "stand_off_m": float("nan")},
        {"type": "fire", "steps": ((LINE | {"alternatives": tuple("abcdef")},),)},
    ],
)
def test_a_card_beyond_a_limit_is_refused(card: Any) -> None:
    with pytest.raises(ValidationError):
        _cards(card)


def test_no_more_cards_than_a_request_holds() -> None:
    with pytest.raises(ValidationError):
        _cards(*[{"type": "fire", "steps": ((LINE,),)}] * (CARDS_MAX + 1))


def test_the_first_alarm_is_struck_by_opening_the_incident() -> None:
    assert AlarmIn(level=2).level == 2
    for wrong in (1, STEPS_MAX + 1, "2"):
        with pytest.raises(ValidationError):
            AlarmIn(level=wrong)  # pyright: ignore[reportArgumentType]  (what strangers send)


def test_a_preview_is_of_the_first_alarm_unless_another_is_named() -> None:
    assert PreviewAsked().level == 1
    assert PreviewAsked(level="3").level == 3  # pyright: ignore[reportArgumentType]  (as a query string gives it)
