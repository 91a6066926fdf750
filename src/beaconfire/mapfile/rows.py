"""What a map file holds, row by row, and what is wrong with its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

ROWS_TOLD_MAX: Final = 100
"""As many as the node tells of a layer that it refuses."""
_NAMED_CHARACTERS_MAX: Final = 300
_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What spreadsheets part columns by where a comma is the decimal sign."""


class BadFile(Exception):  # noqa: N818  (told to people as it is)
    """A file that cannot be taken in: a stable code and why."""

    def __init__(self, code: str, detail: str) -> None:
        """The code is for programs, the detail for people."""
        super().__init__(f"{detail} ({code})")
        self.code = code


@dataclass(frozen=True, slots=True)
class BadRow:
    """One row that cannot be taken in; rows count from 1, as people count."""

    row: int
    code: str
    detail: str


class BadRows(BadFile):
    """Rows that cannot be taken in: all of the first hundred, and how many there are."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        """At least one."""
        super().__init__(rows[0].code, f"{len(rows)} rows cannot be taken in")
        self.rows = list(rows[:ROWS_TOLD_MAX])
        self.count = len(rows)


def named(columns: Iterable[str]) -> str:
    """Names of columns for a sentence, not endless."""
    told = ", ".join(columns) or "none"
    return told if len(told) <= _NAMED_CHARACTERS_MAX else f"{told[:_NAMED_CHARACTERS_MAX]}…"


def refuse_other_separators(heading: Sequence[str]) -> None:
    """BadFile where a CSV's heading is one field that something else parts."""
    if len(heading) != 1:
        return
    for sign, words in _SEPARATORS.items():
        if sign in heading[0]:
            raise BadFile("other_separator", f"its columns are parted by {words}: save it with "
                          "commas, and with points in numbers")  # fmt: skip


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row: its values by column, and its geometry as GeoJSON in the file's own coordinates."""

    values: dict[str, Any]
    geometry: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class MapFile:
    """All rows of a file, and their coordinate system; None where it has no shapes."""

    rows: list[MapRow]
    crs: str | None
