"""A batch from its bytes: what is wrong costs its own row, and says which and where."""

import json
from typing import Any

import pytest

from beaconfire_contracts.refusals import Invalid, Refusal
from beaconfire_geo.entrypoints.position_batch import read_batch
from beaconfire_platform.ids import new_id

FIX: dict[str, Any] = {
    "unit_id": new_id(), "lon": 174.7, "lat": -36.9, "observed_at": "2026-11-24T12:00:00Z",
    "accuracy_m": 8.0, "heading_deg": None,
}  # fmt: skip


def a_body(*fixes: Any) -> bytes:
    return json.dumps({"fixes": fixes}).encode()


def test_a_batch_that_fits_is_taken_whole() -> None:
    read = read_batch(a_body(FIX, FIX | {"lon": 1}))

    assert (read.wrong, read.rows.tolist()) == ([], [0, 1])
    assert [(one.lon, one.accuracy_m, one.heading_deg) for one in read.fixes] == [
        (174.7, 8.0, None), (1.0, 8.0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "code", "pointer"),
    [
        ({"lon": float("nan")}, "not_a_number", "/fixes/1/lon"),
        ({"accuracy_m": float("nan")}, "not_a_number", "/fixes/1/accuracy_m"),
        ({"lon": -36.9, "lat": 174.7}, "swapped_axes", "/fixes/1/lat"),
        ({"lon": 181.0}, "invalid", "/fixes/1/lon"),
        ({"heading_deg": 360}, "invalid", "/fixes/1/heading_deg"),
        ({"unit_id": "1"}, "invalid", "/fixes/1/unit_id"),
        ({"lat": "x"}, "invalid", "/fixes/1/lat"),
        ({"more": True}, "invalid", "/fixes/1/more"),
        ({"observed_at": "2026-11-24T12:00:00"}, "invalid", "/fixes/1/observed_at"),
    ],
)
def test_a_row_that_cannot_be_is_named_and_the_others_are_taken(
    wrong: dict[str, Any], code: str, pointer: str
) -> None:
    read = read_batch(a_body(FIX, FIX | wrong, FIX))

    assert [(one.code, one.pointer, one.fields["row"]) for one in read.wrong] == [
        (code, pointer, 1)
    ]
    assert read.rows.tolist() == [0, 2]


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"fixes":[]}', b'{"fixes":1}', b"x", b"\xff"])
def test_what_is_no_batch_is_refused_whole(body: bytes) -> None:
    with pytest.raises(Refusal):
        read_batch(body)


def test_a_key_that_stands_twice_is_no_json_of_ours() -> None:
    twice = a_body(FIX).replace(b'"lon": 174.7', b'"lon":1,"lon":2')

    with pytest.raises(Refusal):
        read_batch(twice)


def test_a_batch_has_a_limit() -> None:
    with pytest.raises(Invalid) as refused:
        read_batch(a_body(*[FIX] * 1_001))
    assert refused.value.pointer == "/fixes"
