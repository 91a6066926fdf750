"""What may stand in a field: bounded text, aware moments, real places."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from beaconfire_platform.ids import new_id
from beaconfire_platform.web.fields import (
    TEXT_CHARACTERS_MAX,
    Code,
    Flag,
    Id,
    Label,
    Lat,
    Lon,
    Metres,
    Moment,
    PointIn,
    Prose,
    Whole,
)


def fits(kind: Any, value: object) -> bool:
    """Whether a value fits a field."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Id, [new_id()], ["", "x", new_id().upper(), 5, None, new_id() + "\n"]),
        (Code, ["fire.structure", "A-1:2_3"], ["", " a", ".a", "a b", "a" * 65, "火", 5]),
        (Label, ["Queen St", "皇后街"], ["", "a\nb", "a\u202eb", "x" * 201, "\x00", 5]),
        (Prose, ["", "two\nlines", "x" * TEXT_CHARACTERS_MAX], ["\x07", "a" + "\u0301" * 6, 5]),
        (Moment, ["2026-11-24T10:00:00Z", "2026-11-24T10:00:00+13:00"],
         ["2026-11-24T10:00:00", "1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", 1_700_000_000]),
        (Lon, [-180.0, 180.0, 0], [180.1, float("nan"), float("inf"), "1"]),
        (Lat, [-90.0, 90.0], [90.1, float("nan"), True]),
        (Metres, [0.0, 1_000_000.0], [-0.1, float("inf")]),
        (Whole, [0, 2**53], [2**53 + 1, 1.0, "1", True]),
        (Flag, [True, False], [1, "true", None]),
    ],
)  # fmt: skip
def test_a_field_takes_what_fits_and_nothing_else(
    kind: Any, good: list[Any], bad: list[Any]
) -> None:
    assert [value for value in good if not fits(kind, value)] == []
    assert [value for value in bad if fits(kind, value)] == []


def test_text_is_kept_composed() -> None:
    assert TypeAdapter(Label).validate_python("Cafe\u0301") == "Café"


@given(st.floats(), st.floats())
def test_a_point_is_on_the_earth_or_refused(lon: float, lat: float) -> None:
    on_earth = -180 <= lon <= 180 and -90 <= lat <= 90
    on_earth = on_earth and all(x == 0 or abs(x) >= sys.float_info.min for x in (lon, lat))

    assert fits(PointIn, {"lon": lon, "lat": lat}) == on_earth


def test_an_unknown_member_is_refused() -> None:
    assert not fits(PointIn, {"lon": 1.0, "lat": 2.0, "alt": 3.0})
