"""Every fact ever written can be read, means what it meant, and its type only grew since.

The corpus (tests/corpus/facts) holds a file for each shape that a type had. `make corpus` adds what
is lacking; files that are there never change, and the manifest says so.
"""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from beaconfire_contracts.facts import FACTS
from beaconfire_platform.codec import decode_fact, encode
from beaconfire_platform.described.asyncapi import asyncapi_document
from beaconfire_testkit.corpus import FACTCLASSES, Corpus
from beaconfire_testkit.described import Described

CORPUS: Final = Corpus(Path(__file__).parents[2] / "corpus" / "facts")
DESCRIBED: Final = Described(asyncapi_document("0"))
WRITTEN: Final = [
    pytest.param(kept.name, fact, id=f"{kept.name}/{kept.number} {kind}")
    for kept in CORPUS.kept()
    for kind, fact in kept.examples.items()
]
UNKNOWN: Final = {"told_by_a_newer_build": {"deep": [1, None]}}


def _reread(name: str, fact: dict[str, Any]) -> dict[str, Any]:
    return json.loads(encode(decode_fact(name, json.dumps(fact))))


@pytest.mark.parametrize(("name", "fact"), WRITTEN)
def test_a_fact_that_was_written_still_says_all_that_it_said(
    name: str, fact: dict[str, Any]
) -> None:
    said = _reread(name, fact)

    assert type(decode_fact(name, json.dumps(fact))) is FACTS[name].factclass
    assert _part_of(fact, said), f"{name} was {fact}, is {said}"


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_field_that_was_not_there_yet_means_what_it_meant_when_it_came(name: str) -> None:
    shapes = CORPUS.shapes()[name]

    for kept in shapes:
        least = kept.examples.get("least", kept.examples["whole"])
        bare = kept.examples.get("bare", least)
        assert _part_of(least, _reread(name, bare))


@pytest.mark.parametrize(("name", "fact"), WRITTEN)
def test_what_a_newer_build_adds_is_no_hindrance_to_this_one(
    name: str, fact: dict[str, Any]
) -> None:
    assert _reread(name, _with_unknown(fact)) == _reread(name, fact)


@pytest.mark.parametrize(("name", "fact"), WRITTEN)
def test_a_fact_as_it_was_and_as_it_is_told_today_is_as_the_document_says(
    name: str, fact: dict[str, Any]
) -> None:
    assert DESCRIBED.flaws(name, json.dumps(fact)) == []
    assert DESCRIBED.flaws(name, json.dumps(_reread(name, fact))) == []


def test_nobody_changed_what_was_written() -> None:
    assert CORPUS.tampering() == []


def test_no_type_lost_what_it_once_had() -> None:
    assert CORPUS.breaches(FACTCLASSES) == []


def test_every_shape_that_is_told_today_is_kept() -> None:
    lacking = CORPUS.lacking(FACTCLASSES)

    assert lacking == [], "run `make corpus` and check in what it adds"


def _part_of(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and _part_of(value, new[name]) for name, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_part_of, old, new))
    return type(old) is type(new) and old == new


def _with_unknown(value: Any) -> Any:
    """The same with a member more in every object."""
    if isinstance(value, dict):
        return {**{name: _with_unknown(one) for name, one in value.items()}, **UNKNOWN}
    return [_with_unknown(one) for one in value] if isinstance(value, list) else value
