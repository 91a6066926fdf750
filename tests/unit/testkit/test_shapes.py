"""A shape changes when the wire does; each way to lose something is named, growing is not."""

from dataclasses import dataclass, field, make_dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from beaconfire_testkit.shapes import bare, losses, shape_of


class _Word(StrEnum):
    """A closed list."""

    ONE = "one"
    TWO = "two"


class _Fewer(StrEnum):
    """Without `two`."""

    ONE = "one"


class _More(StrEnum):
    """With a word more."""

    ONE = "one"
    TWO = "two"
    THREE = "three"


class _Number(IntEnum):
    """No words at all."""

    ONE = 1


@dataclass(frozen=True, slots=True)
class _Inner:
    """What stands inside."""

    word: _Word
    metres: float


@dataclass(frozen=True, slots=True)
class _InnerLess:
    """Without metres."""

    word: _Word


@dataclass(frozen=True, slots=True)
class _InnerMore:
    """Grown lawfully."""

    word: _More
    metres: float
    label: str | None = None


TODAY: dict[str, Any] = {
    "id": str,
    "count": int,
    "at": datetime,
    "word": _Word,
    "inner": _Inner,
    "rows": tuple[_Inner, ...],
    "maybe": str | None,
    "late": (int, 7),
    "title": (str | None, None),
}
"""Field by field: its type, or type and default."""


def _shape(fields: dict[str, Any]) -> dict[str, Any]:
    made = [
        (name, kind[0], field(default=kind[1])) if isinstance(kind, tuple) else (name, kind)
        for name, kind in fields.items()
    ]
    return shape_of(make_dataclass("Told", made, frozen=True, slots=True, kw_only=True))


def _without(name: str) -> dict[str, Any]:
    return {one: kind for one, kind in TODAY.items() if one != name}


LOSSES: dict[str, tuple[dict[str, Any], str]] = {
    "a field is gone": (_without("count"), "it.count is gone"),
    "a field with a default is gone": (_without("late"), "it.late is gone"),
    "a field called as words are is gone": (_without("title"), "it.title is gone"),
    "a field has another name": ({**_without("id"), "name": (str, "")}, "it.id is gone"),
    "text became a number": ({**TODAY, "id": int}, "it.id has another type"),
    "a thing became a word": ({**TODAY, "inner": _Word}, "it.inner has another type"),
    "a moment became text": ({**TODAY, "at": str}, "it.at has another type"),
    "text became a closed list": ({**TODAY, "id": _Word}, "it.id has another type"),
    "a list became one": ({**TODAY, "rows": _Inner}, "it.rows has another type"),
    "null is refused": ({**TODAY, "maybe": str}, "it.maybe may no longer be null"),
    "null is new": ({**TODAY, "id": str | None}, "it.id may be null"),
    "a new field without a default": ({**TODAY, "new": str}, "it.new has no default and is new"),
    "a default is gone": ({**TODAY, "late": int}, "it.late has another default"),
    "a default is another": ({**TODAY, "late": (int, 8)}, "it.late has another default"),
    "a word is gone": ({**TODAY, "word": _Fewer}, "it.word can no longer be two"),
    "words became numbers": ({**TODAY, "word": _Number}, "it.word can no longer be one, two"),
    "a field inside is gone": ({**TODAY, "inner": _InnerLess}, "it.inner.metres is gone"),
    "a field inside a list is gone": (
        {**TODAY, "rows": tuple[_InnerLess, ...]},
        "it.rows[].metres is gone",
    ),
}


@pytest.mark.parametrize("change", LOSSES)
def test_each_loss_is_found_and_named(change: str) -> None:
    fields, named = LOSSES[change]

    assert named in list(losses(_shape(TODAY), _shape(fields)))


def test_whole_numbers_that_become_any_numbers_and_back_are_lost() -> None:
    whole, any_number = _shape({"n": int}), _shape({"n": float})

    assert list(losses(whole, any_number)) == ["it.n has another type"]
    assert list(losses(any_number, whole)) == ["it.n has another type"]


def test_growing_takes_nothing_away() -> None:
    grown = {
        **TODAY,
        "word": _More,
        "inner": _InnerMore,
        "rows": tuple[_InnerMore, ...],
        "new": (str | None, None),
        "newer": (tuple[_Inner, ...], ()),
    }

    assert list(losses(_shape(TODAY), _shape(TODAY))) == []
    assert list(losses(_shape(TODAY), _shape(grown))) == []
    assert _shape(TODAY) != _shape(grown)


def test_words_and_order_are_not_part_of_a_shape() -> None:
    @dataclass(frozen=True, slots=True)
    class Told:
        """Said one way."""

        first: str
        second: int

    @dataclass(frozen=True, slots=True)
    class ToldAnew:
        """Said another way."""

        second: int
        first: str

    assert shape_of(Told) == shape_of(ToldAnew)


def test_the_least_of_a_fact_has_nothing_that_it_need_not_have() -> None:
    inner = {"word": "one", "metres": 1.5}
    whole = {"id": "x", "count": 1, "at": "2026-11-24T12:00:00Z", "word": "one", "inner": inner}
    whole |= {"rows": [inner], "maybe": "y", "late": 9, "title": "z"}

    least = bare(whole, _shape(TODAY))

    wanted = {name: value for name, value in whole.items() if name not in ("late", "title")}
    assert least == {**wanted, "rows": [], "maybe": None}
