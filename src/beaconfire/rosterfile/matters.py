"""Reads the CSV that says which agency answers for which matter where; each wrong row is told."""

from pathlib import Path
from typing import Any, Final

from beaconfire.mapfile.rows import BadFile, BadRow, BadRows
from beaconfire.rosterfile.reading import table_of

COLUMNS: Final = {"类型": "type", "区域": "area", "机构": "body"}
NEEDED: Final = ("type", "area", "body")


def read_matters_file(path: Path) -> list[dict[str, Any]]:
    """All rows as the node takes them; BadFile, or BadRows with each wrong row's code."""
    rows: list[dict[str, Any]] = []
    wrong: list[BadRow] = []
    for number, told in enumerate(table_of(path, COLUMNS, needed=NEEDED, known=NEEDED), 1):
        lacking = [one for one in NEEDED if not told.get(one)]
        if told[""] != "0":
            wrong.append(BadRow(number, "uneven_row", "has not as many fields as the heading"))
        elif lacking:
            wrong.append(BadRow(number, "field_missing", f"has no {', '.join(lacking)}"))
        else:
            rows.append({one: told[one] for one in NEEDED})
    if wrong:
        raise BadRows(wrong)
    if not rows:
        raise BadFile("no_rows", f"{path.name} has a heading and nothing below it")
    return rows
