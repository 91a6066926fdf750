"""Reads a roster's CSV: one row a line of duty, in Chinese or English, each wrong row told."""

import csv
import gzip
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from beaconfire.mapfile.rows import BadFile, BadRow, BadRows, refuse_other_separators
from beaconfire_contracts.vocabulary import DutyPart

FILE_BYTES_MAX: Final = 8 * 2**20
ROWS_MAX: Final = 30_000
"""Five hundred areas with all the lines that one may have."""
FIELD_CHARACTERS_MAX: Final = 400
SINCE_EVER: Final = "2000-01-01T00:00:00+00:00"
"""From when a row holds that does not say: the same file again then changes nothing."""
_COLUMNS: Final = {
    "区域": "area", "网格": "area", "岗位": "part", "人员": "person", "工号": "person",
    "机构": "body", "星期": "weekdays", "开始": "begins", "结束": "ends", "起": "from",
    "止": "until", "时区": "zone",
}  # fmt: skip
_PARTS: Final = {one.value: one for one in DutyPart} | {
    "网格员": DutyPart.WORKER, "副网格员": DutyPart.DEPUTY, "网格长": DutyPart.LEADER,
    "值班席": DutyPart.DESK,
}  # fmt: skip
KNOWN: Final = (
    "area", "part", "person", "body", "weekdays", "begins", "ends", "from", "until", "zone",
)  # fmt: skip
EVERY_DAY: Final = (1, 2, 3, 4, 5, 6, 7)
_HOUR: Final = re.compile(r"([01]?[0-9]|2[0-4]):([0-5][0-9])")
_DAYS: Final = re.compile(r"([1-7])(?:[-–至]([1-7]))?")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One line of duty as the file says it; `row` counts from 1 and leaves the heading out."""

    row: int
    area: str
    zone: str
    part: DutyPart
    person: str | None
    body: str | None
    weekdays: tuple[int, ...]
    begins: str
    ends: str
    from_at: str
    until_at: str | None


class _Wrong(Exception):  # noqa: N818  (told to people as it is)
    """Why a row cannot be taken in: a code and a reason."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code, self.detail = code, detail


def read_roster_file(path: Path, *, zone: str | None) -> list[RosterRow]:
    """All rows; `zone` is whose wall clock it is where no column says so.

    BadFile for what cannot be read, BadRows with each wrong row's code and reason.
    """
    rows: list[RosterRow] = []
    wrong: list[BadRow] = []
    zones: dict[str, tuple[str, int]] = {}
    for number, told in enumerate(
        table_of(path, _COLUMNS, needed=("area", "part"), known=KNOWN), 1
    ):
        try:
            rows.append(_of_one_zone(_row(number, told, zone), zones))
        except _Wrong as why:
            wrong.append(BadRow(number, why.code, why.detail))
    if wrong:
        raise BadRows(wrong)
    if not rows:
        raise BadFile("no_rows", f"{path.name} has a heading and nothing below it")
    return rows


def _of_one_zone(one: RosterRow, zones: dict[str, tuple[str, int]]) -> RosterRow:
    first, since = zones.setdefault(one.area, (one.zone, one.row))
    if first != one.zone:
        raise _Wrong("other_zone", f"{one.area} has {first} since row {since}")
    return one


def table_of(
    path: Path, also: Mapping[str, str], *, needed: Sequence[str], known: Sequence[str]
) -> Iterator[Mapping[str, str]]:
    """The rows of a CSV by column; under "" how many fields are too many or, below 0, missing.

    `also` are further names of columns; BadFile for what is no such table.
    """
    text = _text(path)
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error as error:
        raise BadFile("unreadable", f"line {reader.line_num}: {error}") from error
    if not lines:
        raise BadFile("no_rows", f"{path.name} is empty")
    if len(lines) - 1 > ROWS_MAX:
        raise BadFile("too_many_rows", f"{len(lines) - 1} rows; at most {ROWS_MAX} at once")
    refuse_other_separators(lines[0])
    headings = [one.strip().lower() for one in lines[0]]
    names = [also.get(one, one) for one in headings]
    if lacking := set(needed) - set(names):
        raise BadFile("column_missing", f"the heading lacks {', '.join(sorted(lacking))}")
    if strange := [one for one in names if one not in known]:
        raise BadFile("unknown_column", f"{', '.join(strange)}: {', '.join(known)}")
    if len(set(names)) < len(names):
        raise BadFile("same_column_twice", "a column stands twice in the heading")
    for line in lines[1:]:
        cells = [cell.strip() for cell in line]
        yield dict(zip(names, cells, strict=False)) | {"": str(len(cells) - len(names))}


def _text(path: Path) -> str:
    try:
        if path.suffix == ".gz":
            with gzip.open(path) as packed:
                content = packed.read(FILE_BYTES_MAX + 1)
        else:
            with path.open("rb") as file:
                content = file.read(FILE_BYTES_MAX + 1)
    except EOFError as error:
        raise BadFile("unreadable", f"{path.name} is not what its name says") from error
    except OSError as error:
        why = error.strerror or "it is not what its name says"
        raise BadFile("no_such_file", f"{path} cannot be read ({why})") from error
    if len(content) > FILE_BYTES_MAX:
        raise BadFile("too_large", f"{path.name} has more than {FILE_BYTES_MAX >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFile("unreadable", f"{path.name} is not UTF-8: save it as such") from error


def _row(number: int, told: Mapping[str, str], zone: str | None) -> RosterRow:
    if told[""] != "0":
        raise _Wrong("uneven_row", "has not as many fields as the heading")
    area = told["area"]
    if not area:
        raise _Wrong("area_missing", "names no area")
    part = _PARTS.get(told["part"].lower())
    if part is None:
        raise _Wrong("unknown_part", f"{told['part']!r} is none of {', '.join(_PARTS)}")
    person, body = told.get("person") or None, told.get("body") or None
    if (person is None) == (body is None) or (part is DutyPart.DESK) != (person is None):
        raise _Wrong("wrong_responder", "a desk is a body's; worker, deputy and leader a person's")
    named = told.get("zone") or zone
    if named is None:
        raise _Wrong("zone_missing", "whose wall clock is it? A column `zone`, or --zone")
    if named not in available_timezones():
        raise _Wrong("unknown_zone", f"{named!r} is no zone of IANA's, like Asia/Shanghai")
    here = ZoneInfo(named)
    until = told.get("until") or None
    return RosterRow(
        number,
        area,
        named,
        part,
        person,
        body,
        _weekdays(told.get("weekdays") or ""),
        _hour(told.get("begins") or "00:00"),
        _hour(told.get("ends") or "00:00"),
        _moment(told["from"], here) if told.get("from") else SINCE_EVER,
        None if until is None else _moment(until, here, through=True),
    )


def _weekdays(text: str) -> tuple[int, ...]:
    """`1-5`, `1,3,5`, `6 7`; 1 is Monday, nothing is every day."""
    if not text:
        return EVERY_DAY
    found: set[int] = set()
    for piece in re.split(r"[,，、;\s]+", text.strip()):
        said = _DAYS.fullmatch(piece)
        if said is None:
            raise _Wrong("bad_weekdays", f"{text!r}: days from 1 (Monday) to 7, like 1-5 or 6,7")
        first, last = int(said[1]), int(said[2] or said[1])
        if last < first:
            raise _Wrong("bad_weekdays", f"{piece!r} goes backwards")
        found.update(range(first, last + 1))
    return tuple(sorted(found))


def _hour(text: str) -> str:
    said = _HOUR.fullmatch(text)
    if said is None or (said[1] == "24" and said[2] != "00"):
        raise _Wrong("bad_hour", f"{text!r} is no time of day like 08:00")
    return f"{int(said[1]) % 24:02}:{said[2]}"


def _moment(text: str, zone: ZoneInfo, *, through: bool = False) -> str:
    """A date of that zone, from its first moment or, `through`, to its last; or a whole moment."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text) + timedelta(days=1 if through else 0)
            return datetime.combine(day, time(), zone).astimezone(UTC).isoformat()
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise _Wrong("bad_moment", f"{text!r} is no date like 2026-11-28") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC).isoformat()
