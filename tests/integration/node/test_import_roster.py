"""`beaconfire import roster` on a running node: looked at, set whole or not at all, told by row."""

from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from beaconfire.cli import app

AREA = "akl.d02"
HEADING = "area,part,person,body,weekdays,begins,ends,from,until"


def run(city: Any, *arguments: str) -> Result:
    """The command, against the city's node."""
    where = ["--data", str(city.folder.folder), "--origin", city.node.origin]
    return CliRunner().invoke(app, ["import", "roster", *arguments, *where])


def _a_file(folder: Path, *lines: str) -> str:
    file = folder / "roster.csv"
    file.write_text("\n".join((HEADING, *lines)) + "\n", "utf-8")
    return str(file)


def _lines(city: Any, area: str) -> tuple[int, list[tuple[Any, ...]]]:
    rosters = city.items(city.client("dana"), "/v1/rosters", area=area)
    [found] = [one for one in rosters if one["area"] == area]
    told = [(one["part"], one["begins"], one["ends"]) for one in found["duties"]]
    return found["version"], told


def test_a_roster_is_looked_at_set_and_a_wrong_row_keeps_all_out(city: Any, tmp_path: Path) -> None:
    before = _lines(city, AREA)
    file = _a_file(
        tmp_path,
        f"{AREA},leader,leader.d02,,1-5,08:00,20:00,2026-01-01,",
        "d02,worker,leader.d01,,6-7,,,,2026-12-31",
        f"{AREA},desk,,akl-fire,,,,,",
    )
    zone = ("--zone", "Pacific/Auckland")

    looked = run(city, file, *zone, "--preview")
    untouched = _lines(city, AREA)
    done = run(city, file, *zone)
    again = run(city, file, *zone)
    wrong = _a_file(
        tmp_path,
        f"{AREA},leader,leader.d02,,,,,,",
        f"{AREA},leader,leader.d02,,1,09:00,10:00,,",
        "d99,worker,nobody,,,,,,",
    )
    strangers = run(city, wrong, *zone)
    overlapping = run(city, _a_file(tmp_path, *[f"{AREA},leader,leader.d02,,,,,,"] * 2), *zone)

    assert looked.exit_code == done.exit_code == again.exit_code == 0, looked.stderr + done.stderr
    assert untouched == before
    assert looked.stdout.startswith(f"{AREA} 豪伊克区 Howick district: changed, 3 lines come, 1 go")
    assert "nobody goes there for 120 h of this week" in looked.stdout
    assert "1 areas: 1 changed; nothing was changed" in looked.stdout
    assert done.stdout.endswith("1 areas: 1 changed; in force\n")
    assert again.stdout.endswith("1 areas: 1 same; in force\n")
    version, lines = _lines(city, AREA)
    assert version == before[0] + 1
    assert lines == [
        ("leader", "08:00", "20:00"), ("worker", "00:00", "00:00"), ("desk", "00:00", "00:00"),
    ]  # fmt: skip
    assert strangers.exit_code == overlapping.exit_code == 2
    assert "row 3: the grid has no d99 (unknown_area)" in strangers.stderr
    assert "row 2: " in overlapping.stderr
    assert "(shifts_overlap)" in overlapping.stderr
    assert _lines(city, AREA) == (version, lines)
