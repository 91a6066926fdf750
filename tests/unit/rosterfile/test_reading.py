"""A roster's table in either language, each wrong row told by its number, code and reason."""

import gzip
from pathlib import Path

import pytest

from beaconfire.mapfile.rows import BadFile, BadRows
from beaconfire.rosterfile import reading
from beaconfire.rosterfile.reading import EVERY_DAY, SINCE_EVER, read_roster_file
from beaconfire_contracts.vocabulary import DutyPart

HEADING = "area,part,person,body,weekdays,begins,ends,from,until,zone"


def a_file(folder: Path, *lines: str, heading: str = HEADING) -> Path:
    file = folder / "roster.csv"
    file.write_text("\n".join((heading, *lines)) + "\n", "utf-8-sig")
    return file


def test_a_row_is_read_with_days_hours_and_whole_days_of_its_zone(tmp_path: Path) -> None:
    line = 'akl.d1.c1,worker,chen,,"1-5,7",8:00,24:00,2026-11-01,2026-12-31,Asia/Shanghai'

    [row] = read_roster_file(a_file(tmp_path, line), zone=None)

    assert (row.row, row.area, row.part, row.person, row.body) == (
        1, "akl.d1.c1", DutyPart.WORKER, "chen", None,
    )  # fmt: skip
    assert (row.weekdays, row.begins, row.ends) == ((1, 2, 3, 4, 5, 7), "08:00", "00:00")
    assert row.from_at == "2026-10-31T16:00:00+00:00"
    assert row.until_at == "2026-12-31T16:00:00+00:00"


def test_a_chinese_table_is_read_and_what_is_left_out_is_always(tmp_path: Path) -> None:
    file = a_file(
        tmp_path, "c1,网格员,chen,", "c1,值班席,,akl-community", heading="网格,岗位,人员,机构"
    )

    worker, desk = read_roster_file(file, zone="UTC")

    assert (worker.part, desk.part, desk.body) == (DutyPart.WORKER, DutyPart.DESK, "akl-community")
    assert (worker.weekdays, worker.from_at, worker.until_at) == (EVERY_DAY, SINCE_EVER, None)


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "roster.csv.gz"
    file.write_bytes(gzip.compress(b"area,part,person\nc1,worker,chen\n"))

    assert len(read_roster_file(file, zone="UTC")) == 1


def test_each_wrong_row_is_told_with_its_code(tmp_path: Path) -> None:
    wrong = (
        ("uneven_row", "c1,worker"),
        ("area_missing", ",worker,chen,,,,,,,UTC"),
        ("unknown_part", "c1,boss,chen,,,,,,,UTC"),
        ("wrong_responder", "c1,desk,chen,,,,,,,UTC"),
        ("wrong_responder", "c1,worker,chen,fire,,,,,,UTC"),
        ("zone_missing", "c2,worker,chen,,,,,,,"),
        ("unknown_zone", "c3,worker,chen,,,,,,,Mars/Base"),
        ("bad_weekdays", "c4,worker,chen,,0-5,,,,,UTC"),
        ("bad_weekdays", "c4,worker,chen,,5-1,,,,,UTC"),
        ("bad_hour", "c5,worker,chen,,,24:30,,,,UTC"),
        ("bad_hour", "c5,worker,chen,,,,8,,,UTC"),
        ("bad_moment", "c6,worker,chen,,,,,2026-02-30,,UTC"),
        ("bad_moment", "c6,worker,chen,,,,,,soon,UTC"),
        ("bad_moment", "c6,worker,chen,,,,,,9999-12-31,UTC"),
    )
    lines = ["c1,worker,chen,,,,,,,UTC", *(line for _, line in wrong), "c1,leader,li,,,,,,,NZ"]

    with pytest.raises(BadRows) as refused:
        read_roster_file(a_file(tmp_path, *lines), zone=None)

    told = [(one.row, one.code) for one in refused.value.rows]
    assert told == [(nth, code) for nth, (code, _) in enumerate(wrong, 2)] + [
        (len(wrong) + 2, "other_zone")
    ]


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("no_rows", ""),
        ("no_rows", "area,part\n"),
        ("column_missing", "part,person\nworker,chen\n"),
        ("unknown_column", "area,part,colour\nc1,worker,red\n"),
        ("same_column_twice", "area,part,网格\nc1,worker,c1\n"),
        ("unreadable", 'area,part\n"c1,worker\n'),
        ("unreadable", "area,part\nc1," + "x" * 500 + "\n"),
    ],
)
def test_a_file_that_is_no_roster_says_why(tmp_path: Path, code: str, text: str) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(text, "utf-8")

    with pytest.raises(BadFile) as refused:
        read_roster_file(file, zone="UTC")

    assert refused.value.code == code


def test_what_is_too_large_not_there_or_not_utf_8_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gbk = tmp_path / "gbk.csv"
    gbk.write_bytes("网格,岗位\n".encode("gbk"))
    torn = tmp_path / "torn.csv.gz"
    torn.write_bytes(gzip.compress(b"area,part\n" * 5)[:-9])
    monkeypatch.setattr(reading, "FILE_BYTES_MAX", 100)
    monkeypatch.setattr(reading, "ROWS_MAX", 1)
    many = a_file(tmp_path, "c,worker,p", "c,leader,p", heading="area,part,person")
    codes: list[str] = []

    for file in (tmp_path / "lost.csv", gbk, torn, many):
        with pytest.raises(BadFile) as refused:
            read_roster_file(file, zone="UTC")
        codes.append(refused.value.code)
    many.write_text("x" * 101)
    with pytest.raises(BadFile) as refused:
        read_roster_file(many, zone="UTC")

    assert codes == ["no_such_file", "unreadable", "unreadable", "too_many_rows"]
    assert refused.value.code == "too_large"
