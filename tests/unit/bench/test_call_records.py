"""Calls of a fire department: what is missing is left out, what cannot be is named by its row."""

import csv
import gzip
from pathlib import Path

import pytest

from beaconfire.bench import call_records
from beaconfire.bench.call_records import NEEDED, BadRecords, code_of, read_calls

DATA = Path(__file__).parent / "data" / "sf_fire_unit_responses.csv.gz"
ROW = {
    "Call Number": "1", "Unit ID": "E21", "Call Type": "Structure Fire",
    "Received DtTm": "01/10/2009 02:36:01 PM", "Dispatch DtTm": "01/10/2009 02:37:22 PM",
    "Unit Type": "RESCUE SQUAD", "Number of Alarms": "1", "Battalion": "B05",
    "Station Area": "21", "Box": "4361", "Address": "GROVE ST/CENTRAL AV",
    "Response DtTm": "", "On Scene DtTm": "01/10/2009 02:41:11 PM", "Transport DtTm": "",
    "Hospital DtTm": "", "Available DtTm": "01/10/2009 02:41:55 PM",
}  # fmt: skip


def a_file(folder: Path, *rows: dict[str, str], leave_out: str | None = None) -> Path:
    path = folder / "calls.csv"
    names = [one for one in NEEDED if one != leave_out]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_units_of_one_call_are_put_together_and_missing_times_left_out(tmp_path: Path) -> None:
    [call] = read_calls(a_file(tmp_path, ROW, ROW | {"Unit ID": "T10", "Unit Type": "TRUCK"}))

    assert (call.type, call.path) == ("structure-fire", "b05.21.4361.grove-st-central-av")
    assert [one.kind for one in call.sent] == ["rescue-squad", "truck"]
    assert list(call.sent[0].steps) == ["on_scene", "cleared"]


def test_what_the_city_published_is_read_whole_and_in_order() -> None:
    calls = read_calls(DATA)

    assert sum(len(one.sent) for one in calls) > 200
    assert [one.received_at for one in calls] == sorted(one.received_at for one in calls)
    assert max(one.alarms for one in calls) == 2
    assert max(len(one.sent) for one in calls) == 24


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"Call Number": ""}, "row 3, Call Number: nothing is given"),
        ({"Unit ID": "T1", "Unit Type": ""}, "row 3, Unit Type: nothing is given"),
        ({"Unit ID": "T1", "Dispatch DtTm": ""}, "row 3, Dispatch DtTm: nothing is given"),
        (
            {"Unit ID": "T1", "On Scene DtTm": "2009-01-10"},
            "row 3, On Scene DtTm: '2009-01-10' is no time",
        ),
        ({"Number of Alarms": "0"}, "row 3, Number of Alarms: '0' is no alarm level"),
        ({"Number of Alarms": "many"}, "row 3, Number of Alarms"),
        ({}, "row 3, Unit ID: E21 stands twice on call 1"),
    ],
)
def test_what_cannot_be_is_named_by_its_row_and_column(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    with pytest.raises(BadRecords, match=said):
        read_calls(a_file(tmp_path, ROW, ROW | changed))


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(gzip.compress(b"Call Number\n1\n")[:-6])
    empty = tmp_path / "empty.csv"
    empty.write_text("")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"\xff\xfe\x00")

    for path in (broken, empty, binary, tmp_path / "none.csv"):
        with pytest.raises(BadRecords):
            read_calls(path)
    with pytest.raises(BadRecords, match="Box"):
        read_calls(a_file(tmp_path, ROW, leave_out="Box"))
    with pytest.raises(BadRecords, match="no rows"):
        read_calls(a_file(tmp_path))


def test_a_file_without_end_is_left_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_records, "ROWS_MAX", 2)
    monkeypatch.setattr(call_records, "LINES_MAX", 6)
    monkeypatch.setattr(call_records, "UNITS_A_CALL_MAX", 1)
    many = [ROW | {"Call Number": str(number)} for number in range(3)]

    with pytest.raises(BadRecords, match="more than 2 rows"):
        read_calls(a_file(tmp_path, *many))
    with pytest.raises(BadRecords, match="more than 1 units"):
        read_calls(a_file(tmp_path, ROW, ROW | {"Unit ID": "E1"}))
    with (tmp_path / "calls.csv").open("a") as file:
        file.write("\n" * 10)
    with pytest.raises(BadRecords):
        read_calls(tmp_path / "calls.csv")
    (tmp_path / "long.csv").write_text("x" * (call_records.LINE_CHARACTERS_MAX + 1))
    with pytest.raises(BadRecords, match="characters"):
        read_calls(tmp_path / "long.csv")


def test_words_become_codes() -> None:
    assert code_of(" 12TH ST / LAKE ST ") == "12th-st-lake-st"
    assert code_of(None) == ""
