"""Types and triage words: what is said raises a priority and never lowers it."""

from hypothesis import given

from beaconfire_incident.adapters.catalogue import load_catalogue
from beaconfire_incident.domain.catalogue import UNTYPED_PRIORITY

from .tales import CATALOGUE, TEXTS, TYPES


@given(TYPES, TEXTS)
def test_words_never_make_anything_less_urgent(code: str | None, text: str) -> None:
    assert CATALOGUE.triage(code, text).priority <= CATALOGUE.triage(code, "").priority


def test_words_are_heard_in_both_languages_and_any_case() -> None:
    assert CATALOGUE.triage("traffic.collision", "He is NOT Breathing").reason == "not_breathing"
    assert CATALOGUE.triage("traffic.collision", "有人被困").reason == "trapped"


def test_a_word_within_another_word_is_not_heard() -> None:
    assert CATALOGUE.triage("traffic.collision", "it has only begun").reason == "type"
    assert CATALOGUE.triage("traffic.collision", "begun with a gunshot").reason == "weapon"
    assert CATALOGUE.triage("traffic.collision", "他用刀").reason == "weapon"
    assert CATALOGUE.triage("traffic.collision", "gun").reason == "weapon"


def test_what_nobody_has_named_is_fast_and_has_no_class() -> None:
    assert CATALOGUE.triage(None, "").priority is UNTYPED_PRIORITY
    assert CATALOGUE.class_of(None) is None


def test_the_files_that_this_build_carries_are_whole() -> None:
    loaded = load_catalogue()

    assert len(loaded.types) >= 20
    assert all(code == one.code and one.name_zh for code, one in loaded.types.items())
    assert all(word == word.casefold() for warning in loaded.warnings for word in warning.words)
