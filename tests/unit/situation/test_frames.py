"""Frames as bytes: parts of a snapshot, the splice of a change, sixteen bytes a unit."""

import json
import struct

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.feed import (
    HEADING_UNKNOWN,
    POSITION_ENTRY_BYTES,
    SNAPSHOT_PART_RECORDS_MAX,
    STATUS_ORDER,
    Record,
)
from beaconfire_platform.clock import wall_now
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_situation.adapters.frames import (
    ChangeBody,
    gone_frame,
    position_entries,
    snapshot_frames,
    status_place,
)
from beaconfire_situation.domain.picture import Change, FactTold
from beaconfire_situation.domain.sight import Sight

UNIT = Record("unit", "u1", "dispatch", 2, {"call_sign": 'A"1'})
CHANGE = Change(9, UNIT, None, Sight(), FactTold("f", "a.b", "2026-11-24T00:00:00Z", "ana", None))


def test_an_empty_picture_is_one_empty_part() -> None:
    [part] = snapshot_frames(0, "e", [])

    assert json.loads(part) == {
        "t": "snapshot", "pos": "0", "epoch": "e", "more": False, "records": [],
    }  # fmt: skip


def test_a_large_picture_comes_in_parts_and_only_the_last_has_no_more() -> None:
    parts = [
        json.loads(one)
        for one in snapshot_frames(3, "e", [UNIT] * (2 * SNAPSHOT_PART_RECORDS_MAX + 1))
    ]

    assert [one["more"] for one in parts] == [True, True, False]
    assert sum(len(one["records"]) for one in parts) == 2 * SNAPSHOT_PART_RECORDS_MAX + 1


def test_a_change_is_encoded_once_and_differs_by_its_predecessor_only() -> None:
    body = ChangeBody(CHANGE)

    first, second = json.loads(body.frame(7)), json.loads(body.frame(8))

    assert (first.pop("prev"), second.pop("prev")) == ("7", "8")
    assert first == second
    assert first["record"]["data"] == {"call_sign": 'A"1'}
    assert first["fact"]["key"] == "u1"


def test_gone_names_the_record() -> None:
    told = json.loads(gone_frame(UNIT, 9, 8))

    assert (told["kind"], told["id"], told["source"]) == ("unit", "u1", "dispatch")


@given(
    lon=st.floats(-180, 180), lat=st.floats(-90, 90), heading=st.none() | st.floats(0, 360),
    status=st.sampled_from(STATUS_ORDER),
)  # fmt: skip
def test_a_position_is_sixteen_bytes_exact_to_a_centimetre(
    lon: float, lat: float, heading: float | None, status: str
) -> None:
    fixes = FixBatch.of([Fix("u", lon, lat, wall_now(), heading_deg=heading)])
    entry = position_entries(fixes, [7], [status_place(status)], [3]).tobytes()

    handle, lon_e7, lat_e7, degrees, place, silent_min = struct.unpack("<IiiHBB", entry)
    assert len(entry) == POSITION_ENTRY_BYTES
    assert (handle, silent_min) == (7, 3)
    assert abs(lon_e7 / 1e7 - lon) <= 1e-7
    assert abs(lat_e7 / 1e7 - lat) <= 1e-7
    assert degrees == HEADING_UNKNOWN if heading is None else degrees < 360
    assert STATUS_ORDER[place] == status
