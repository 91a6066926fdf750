"""Calls as a fire department published them, one row a unit sent: read, checked, put together.

The columns are those of DataSF's "Fire Department Calls for Service". A time may be missing or out
of order, which is how crews report; what tells one unit of one call from another may not.
"""

import csv
import gzip
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Final, TextIO

ROWS_MAX: Final = 1_000_000
"""Units sent in some four years of a city of a million; more is read in parts."""
LINES_MAX: Final = 2 * ROWS_MAX
"""Empty lines are no rows, and not without end."""
LINE_CHARACTERS_MAX: Final = 10_000
"""A row has some 500; a file without line ends is no table."""
UNITS_A_CALL_MAX: Final = 1_000
"""The largest call of San Francisco's seven years had 24."""
MOMENT: Final = "%m/%d/%Y %I:%M:%S %p"
AREA_COLUMNS: Final = ("Battalion", "Station Area", "Box", "Address")
"""From the widest response area to the smallest."""
STEP_COLUMNS: Final = {
    "Response DtTm": "en_route",
    "On Scene DtTm": "on_scene",
    "Transport DtTm": "transporting",
    "Hospital DtTm": "at_hospital",
    "Available DtTm": "cleared",
}
NEEDED: Final = (
    "Call Number", "Unit ID", "Call Type", "Received DtTm", "Dispatch DtTm", "Unit Type",
    "Number of Alarms", *AREA_COLUMNS, *STEP_COLUMNS,
)  # fmt: skip


class BadRecords(Exception):  # noqa: N818  (told to people as it is)
    """The file cannot be what it is said to be; names the row and the column."""


@dataclass(frozen=True, slots=True)
class SentUnit:
    """One unit on one call, with the times that were recorded."""

    unit: str
    kind: str
    dispatched_at: datetime
    steps: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """One call: what and where, how many alarms in the end, who was sent when."""

    number: str
    type: str
    path: str
    received_at: datetime
    alarms: int
    sent: list[SentUnit] = field(default_factory=list)


def read_calls(path: Path) -> list[RecordedCall]:
    """All calls of a file, plain or gzip, the oldest first; BadRecords names what is wrong."""
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(path, "rt", encoding="utf-8", newline="") as file:
            calls = _calls(file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise BadRecords(f"{path.name} cannot be read: {error}") from error
    if not calls:
        raise BadRecords(f"{path.name} has no rows")
    return sorted(calls.values(), key=lambda one: (one.received_at, one.number))


def _calls(file: TextIO) -> dict[str, RecordedCall]:
    rows = csv.DictReader(_lines(file))
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise BadRecords(f"columns are missing: {', '.join(missing)}")
    calls: dict[str, RecordedCall] = {}
    for number, row in enumerate(rows, start=2):
        if number > ROWS_MAX + 1:
            raise BadRecords(f"more than {ROWS_MAX} rows")
        _add(row, number, calls)
    return calls


def _lines(file: TextIO) -> Iterator[str]:
    """Line by line, and never more of one than a row may have."""
    for number in count(1):
        line = file.readline(LINE_CHARACTERS_MAX + 1)
        if not line:
            return
        if number > LINES_MAX:
            raise BadRecords(f"more than {LINES_MAX} lines")
        if len(line) > LINE_CHARACTERS_MAX:
            raise BadRecords(f"a line has more than {LINE_CHARACTERS_MAX} characters")
        yield line


def _add(row: dict[str, str], number: int, calls: dict[str, RecordedCall]) -> None:
    name = _given(row, "Call Number", number)
    alarms = _given(row, "Number of Alarms", number)
    if not re.fullmatch(r"[1-9]", alarms):
        raise BadRecords(f"row {number}, Number of Alarms: {alarms!r} is no alarm level")
    call = calls.get(name)
    if call is None:
        call = RecordedCall(
            name,
            code_of(_given(row, "Call Type", number)),
            ".".join(code_of(row[column]) or "unknown" for column in AREA_COLUMNS),
            _moment(row, "Received DtTm", number),
            int(alarms),
        )
        calls[name] = call
    unit = _given(row, "Unit ID", number)
    if len(call.sent) >= UNITS_A_CALL_MAX:
        raise BadRecords(f"row {number}: call {name} has more than {UNITS_A_CALL_MAX} units")
    if any(one.unit == unit for one in call.sent):
        raise BadRecords(f"row {number}, Unit ID: {unit} stands twice on call {name}")
    steps = {
        step: _moment(row, column, number) for column, step in STEP_COLUMNS.items() if row[column]
    }
    kind = code_of(_given(row, "Unit Type", number))
    call.sent.append(SentUnit(unit, kind, _moment(row, "Dispatch DtTm", number), steps))


def code_of(words: str | None) -> str:
    """Words as a code of a card: lower case, dashes between."""
    return re.sub(r"[^a-z0-9]+", "-", (words or "").lower()).strip("-")


def _given(row: Mapping[str, str | None], column: str, number: int) -> str:
    value = row[column]
    if not value:
        raise BadRecords(f"row {number}, {column}: nothing is given")
    return value


def _moment(row: Mapping[str, str | None], column: str, number: int) -> datetime:
    text = _given(row, column, number)
    try:
        return datetime.strptime(text, MOMENT)  # noqa: DTZ007  (the city's own clock, compared with itself)
    except ValueError as error:
        raise BadRecords(f"row {number}, {column}: {text!r} is no time like {MOMENT}") from error
