"""What bodies outside are told only grew: their programs were written once, by others.

The corpus (tests/corpus/shared) holds a file for each shape that an event had, as that of facts
does. An event says how a thing stands now, so nobody here reads old ones; whoever built on an old
shape reads today's.
"""

import json
from dataclasses import MISSING, field, fields, make_dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, get_type_hints

import jsonschema_rs
import pytest

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.shared_events import SHARED_EVENTS, IncidentShown, Responding, UnitShown
from beaconfire_platform.codec import encode
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.corpus import Corpus
from beaconfire_testkit.described import Described

CORPUS: Final = Corpus(Path(__file__).parents[2] / "corpus" / "shared")
DESCRIBED: Final = Described(asyncapi_document("0", SHARED_EVENTS))
SHAPES: Final = [
    pytest.param(kept.name, kept.shape, id=f"{kept.name}/{kept.number}") for kept in CORPUS.kept()
]
TOLD: Final = [
    pytest.param(kept.name, event, id=f"{kept.name}/{kept.number} {kind}")
    for kept in CORPUS.kept()
    for kind, event in kept.examples.items()
    if kind != "bare"
]
INCIDENT: Final = "beaconfire.shared.incident-shown.v1"
UNIT: Final = "beaconfire.shared.unit-shown.v1"


class _Fewer(StrEnum):
    """A list that lost words."""

    FREE = "available"


def changed(holder: type, *, without: str = "", **types: Any) -> type:
    """An event's class with a field less, of another type, or more (a pair: with its default)."""
    hints = get_type_hints(holder)
    kept = [one for one in fields(holder) if one.name not in {without, *types}]
    made: list[Any] = [(one.name, hints[one.name], field(default=one.default)) for one in kept]
    for name, kind in types.items():
        hint, default = kind if isinstance(kind, tuple) else (kind, MISSING)
        made.append((name, hint, field(default=default)))
    return make_dataclass(holder.__name__, made, frozen=True, kw_only=True)


def with_event(name: str, holder: type) -> dict[str, type]:
    """All that bodies are told, one event of it changed."""
    return {**SHARED_EVENTS, name: holder}


def test_nobody_changed_what_was_frozen() -> None:
    assert CORPUS.tampering() == []


def test_no_event_lost_what_it_once_had() -> None:
    assert CORPUS.breaches(SHARED_EVENTS) == []


def test_every_shape_that_is_told_today_is_frozen() -> None:
    lacking = CORPUS.lacking(SHARED_EVENTS)

    assert lacking == [], "run `make corpus` and check in what it adds"


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_what_is_told_today_is_read_by_whoever_built_on_an_older_shape(
    name: str, shape: dict[str, Any]
) -> None:
    told = json.loads(encode(an_example_of(SHARED_EVENTS[name])))

    jsonschema_rs.validate(shape, told, validate_formats=True)


@pytest.mark.parametrize(("name", "event"), TOLD)
def test_an_event_as_it_was_told_is_as_the_document_of_today_says(
    name: str, event: dict[str, Any]
) -> None:
    assert DESCRIBED.flaws(name, json.dumps(event)) == []


BREAKING: Final[dict[str, tuple[dict[str, type], str]]] = {
    "a number that becomes a word": (
        with_event(INCIDENT, changed(IncidentShown, number=str)),
        f"{INCIDENT}.number has another type",
    ),
    "a field that goes": (
        with_event(INCIDENT, changed(IncidentShown, without="grade")),
        f"{INCIDENT}.grade is gone",
    ),
    "a field that may be null from now on": (
        with_event(INCIDENT, changed(IncidentShown, division=str | None)),
        f"{INCIDENT}.division may be null",
    ),
    "a field deep inside that goes": (
        with_event(
            INCIDENT,
            changed(
                IncidentShown,
                responding=tuple[changed(Responding, without="since"), ...],
            ),
        ),
        f"{INCIDENT}.responding[].since is gone",
    ),
    "a list that becomes a word": (
        with_event(UNIT, changed(UnitShown, capabilities=str)),
        f"{UNIT}.capabilities has another type",
    ),
    "a word that is gone from a list": (
        with_event(UNIT, changed(UnitShown, status=_Fewer)),
        f"{UNIT}.status can no longer be",
    ),
    "an event that goes": (
        {name: one for name, one in SHARED_EVENTS.items() if name != UNIT},
        f"{UNIT} is told no more",
    ),
}


@pytest.mark.parametrize(("told", "said"), BREAKING.values(), ids=BREAKING)
def test_a_planted_change_that_breaks_strangers_is_caught(told: dict[str, type], said: str) -> None:
    [breach] = CORPUS.breaches(told)

    assert breach.startswith(said)


def test_a_field_more_breaks_nobody_and_is_to_be_frozen() -> None:
    grown = with_event(UNIT, changed(UnitShown, relieved_by=(UnitId | None, None)))

    assert CORPUS.breaches(grown) == []
    assert CORPUS.lacking(grown) == [UNIT]
