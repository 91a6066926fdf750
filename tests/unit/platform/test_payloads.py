"""Schemas come from the classes: names, moments, frames by their mark, everything in place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from beaconfire_contracts.feed import BeatFrame, Record, SnapshotFrame
from beaconfire_contracts.vocabulary import Priority
from beaconfire_platform.described.payloads import frame_mark, inlined, schemas_of


@dataclass(frozen=True, slots=True)
class _Inner:
    """Inside."""

    seen_at: tuple[datetime, ...]
    priority: Priority


@dataclass(frozen=True, slots=True)
class _Outer:
    """Around it."""

    inner: _Inner
    told_at: datetime
    name: str
    ended_at: datetime | None = None


def test_moments_are_told_from_other_text_wherever_they_stand() -> None:
    names, schemas = schemas_of([_Outer])
    outer = schemas[names[_Outer]]["properties"]
    inner = schemas[names[_Inner]]["properties"]

    moment = {"type": "string", "format": "date-time"}
    assert outer["told_at"] == moment
    assert outer["ended_at"] == {"anyOf": [moment, {"type": "null"}], "default": None}
    assert inner["seen_at"]["items"] == moment
    assert outer["name"] == {"type": "string"}


def test_a_schema_can_stand_by_itself() -> None:
    names, schemas = schemas_of([_Outer])

    alone = inlined(schemas[names[_Outer]], schemas)

    assert alone["properties"]["inner"]["properties"]["priority"]["enum"] == [1, 2, 3, 4]
    assert "$ref" not in str(alone)


def test_a_frame_names_itself_and_a_record_takes_any_data() -> None:
    names, schemas = schemas_of([SnapshotFrame])
    frame = schemas[names[SnapshotFrame]]

    assert frame["properties"]["t"] == {"const": "snapshot"}
    assert frame["required"][0] == "t"
    assert (frame_mark(BeatFrame), frame_mark(Record)) == ("beat", None)
    assert schemas[names[Record]]["properties"]["data"]["type"] == "object"


def test_classes_of_one_name_keep_apart() -> None:
    def another() -> type[Any]:
        @dataclass(frozen=True, slots=True)
        class _Inner:
            """Not that one."""

            count: int

        return _Inner

    other = another()
    names, schemas = schemas_of([_Outer, other])

    assert names[other] != names[_Inner]
    assert list(schemas[names[other]]["properties"]) == ["count"]


def test_what_has_no_schema_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Odd:
        """No JSON can carry it."""

        one: complex

    with pytest.raises(TypeError, match="complex"):
        schemas_of([Odd])
