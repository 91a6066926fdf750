"""What each fact looks like on the wire, for ever: a golden file a fact, written once.

A new fact's file is written by `BEACONFIRE_GOLDEN=write pytest tests/contract/facts`; files that
exist are never written again. A field may be added with a default; nothing else may change.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from beaconfire_contracts.facts import FACTS
from beaconfire_platform import codec
from beaconfire_testkit.builders import an_example_of

GOLDEN = Path(__file__).parent / "golden"


def golden_of(name: str) -> dict[str, Any]:
    file = GOLDEN / f"{name}.json"
    if not file.exists() and os.environ.get("BEACONFIRE_GOLDEN") == "write":
        told = json.loads(codec.encode(an_example_of(FACTS[name].factclass)))
        file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert file.exists(), f"{name} has no golden file; BEACONFIRE_GOLDEN=write makes it"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_of_the_first_day_is_still_read(name: str) -> None:
    golden = golden_of(name)

    told = codec.decode_fact(name, json.dumps(golden))

    assert type(told) is FACTS[name].factclass


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_still_says_all_that_it_said(name: str) -> None:
    golden = golden_of(name)

    said = json.loads(codec.encode(codec.decode_fact(name, json.dumps(golden))))

    assert _part_of(golden, said), f"{name} was {golden}, is {said}"


def test_no_fact_was_taken_back() -> None:
    written = {file.stem for file in GOLDEN.glob("*.json")}

    assert written <= set(FACTS)


def _part_of(old: Any, new: Any) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return all(name in new and _part_of(value, new[name]) for name, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_part_of, old, new))
    return type(old) is type(new) and old == new
