"""What `beaconfire import` tells people: wrong rows, what would change, what is in force."""

import re
from collections.abc import Awaitable, Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import typer

from beaconfire.commands.on_node import EXIT_REFUSED
from beaconfire.mapfile.rows import BadFile, BadRows
from beaconfire.simulation.api import Refused

SHOWN_MAX: Final = 10
"""Of each sort of change; the API tells a hundred."""
_TO_MEND: Final = {
    "bad_area": "shapes are never mended here: mend it where it was drawn (QGIS: Fix geometries)",
    "wrong_crs": "name with --crs the system that the file's numbers are in",
    "outside_grid": "name with --crs the system of the numbers, or import the divisions first",
    "unknown_level": "/v1/levels has them all; levels of your own: BEACONFIRE_GEO_LEVELS",
    "station_without_body": "a column `body` names whose each is, or --body whose all are",
    "unknown_body": "/v1/bodies has them all: register whoever is missing first",
    "unknown_parent": "import what lies above first, the upper levels before the lower ones",
    "parent_missing": "name the area above it: only those of the highest level have none",
    "forbidden": "say with --as whose right it is, somebody whose role has it",
}
"""What to do about the last line's code."""
_FEATURE: Final = re.compile(r"/features/(\d+)/(?:properties/)?(.*)")
_SORTS: Final = ("added", "removed", "moved", "redrawn", "renamed", "overlaps", "gaps", "outside")


def bad_rows(error: BadRows) -> Iterator[str]:
    """A line a row, and how many more there are."""
    for one in error.rows:
        yield f"row {one.row}: {one.detail} ({one.code})"
    yield from _more(error.count - len(error.rows), "rows")


def refused(error: Refused) -> Iterator[str]:
    """The node's refusal: each row that it names, then why in one line."""
    rows: list[dict[str, Any]] = error.problem.get("rows", [])
    for one in rows:
        row = one.get("row")
        where = "what stays" if row is None else f"row {row + 1} ({one.get('area')})"
        yield f"{where}: {one['detail']} ({one['code']})"
    yield from map(_unfit, error.problem.get("errors", []))
    yield from _more(error.problem.get("rows_wrong", len(rows)) - len(rows), "rows")
    yield from _more(error.problem.get("rows_not_judged", 0), "rows that nobody looked at")
    yield f"refused: {error}; nothing was imported"
    if error.code in _TO_MEND:
        yield f"to mend it: {_TO_MEND[error.code]} (docs/your-city.md)"


def _unfit(one: dict[str, Any]) -> str:
    """What does not fit the node's schema, by the file's row where it is one's."""
    pointer = str(one.get("pointer") or "")
    at = _FEATURE.match(pointer)
    where = pointer or "the request" if at is None else f"row {int(at[1]) + 1}: {at[2]}"
    return f"{where}: {one.get('detail')} ({one.get('code')})"


@contextmanager
def refusals_told() -> Generator[None]:
    """What is wrong with a file, or refused by the node, is told line by line and ends it."""
    try:
        yield
    except BadFile as error:
        rows = bad_rows(error) if isinstance(error, BadRows) else ()
        raise _ended([*rows, f"refused: {error}"]) from error
    except Refused as error:
        raise _ended(refused(error)) from error


async def by_row(answer: Awaitable[Any], wrong_rows: Callable[[Refused], BadRows | None]) -> Any:
    """The node's answer; what it refuses is told by the file's rows, where it names any."""
    try:
        return await answer
    except Refused as error:
        wrong = wrong_rows(error)
        if wrong is None:
            raise
        raise wrong from error


def _ended(lines: Iterable[str]) -> typer.Exit:
    for line in lines:
        typer.echo(line, err=True)
    return typer.Exit(EXIT_REFUSED)


def released(head: dict[str, Any]) -> list[str]:
    """The version in force."""
    now = f"{head['name']}: version {head['version']} is in force, {head['areas']} areas"
    return [f"{now}, since {head['released_at']}"]


def previewed(told: dict[str, Any]) -> list[str]:
    """What a release would change, sort by sort."""
    head = told["layer"]
    now = "nothing is in force" if head is None else f"version {head['version']}"
    was = "" if head is None else f" with {head['areas']} areas"
    lines = [f"{now}{was}; this map has {told['areas']}, {told['counts']['unchanged']} unchanged"]
    for sort in _SORTS:
        count = told["counts"].get(sort, 0)
        lines += [f"{sort}: {count}"] if count else []
        lines += [f"  {_line(sort, one)}" for one in told.get(sort, ())[:SHOWN_MAX]]
        lines += [f"  {line}" for line in _more(count - min(count, SHOWN_MAX), sort)]
    lines += _stations(told)
    if not told["seams_known"]:
        lines.append("gaps and overlaps: unknown, looking for them took too long")
    return lines


def followed(told: dict[str, Any]) -> list[str]:
    """What dispatch's stations become, where the released map has any or had some."""
    counts: dict[str, int] = told["counts"]
    new, changed, out = (counts[f"stations_{one}"] for one in ("new", "changed", "left_out"))
    if not counts["stations"]:
        return []
    line = f"stations: {new} new, {changed} changed, {counts['stations_same']} as before"
    return [f"{line}, {out} no longer in it; dispatch follows"]


def _stations(told: dict[str, Any]) -> Iterator[str]:
    """Row by row whose each is."""
    count = told["counts"]["stations"]
    if count:
        yield f"stations: {count}"
    for one in told["stations"][:SHOWN_MAX]:
        where = "" if one["row"] is None else f"row {one['row'] + 1}: "
        name = f"{one['body_zh']} {one['body_en']}"
        whose = "" if one["body"] is None else f" of {one['body']} ({name})"
        change = str(one["change"]).replace("_", " ")
        yield f"  {where}{one['code']}{whose}, {change}"
    yield from (f"  {line}" for line in _more(count - min(count, SHOWN_MAX), "stations"))


def _line(sort: str, one: Any) -> str:
    if isinstance(one, str):
        return one
    match sort:
        case "moved":
            return f"{one['code']}: {one['was']} -> {one['path']}"
        case "redrawn":
            far = one["moved_m"]
            return one["code"] if far is None else f"{one['code']}: its middle {far:,.0f} m away"
        case "renamed":
            was, now = (f"{one[a]} {one[b]}" for a, b in _NAMES)
            return f"{one['code']}: {was} -> {now}"
        case _:
            return f"{_seam(sort, one)}{_ground(one)}"


def _seam(sort: str, one: dict[str, Any]) -> str:
    match sort:
        case "overlaps":
            return f"{one['code']} and {one['other']}: "
        case "outside":
            return f"{one['code']} outside {one['parent']}: {one['share']:.1%} of it, "
        case _:
            return f"below {one['parent'] or 'the top'}, no {one['level']}: "


_NAMES: Final = (("was_zh", "was_en"), ("name_zh", "name_en"))


def _ground(one: dict[str, Any]) -> str:
    return f"{one['area_m2']:,.0f} m² at {one['lon']:.5f}, {one['lat']:.5f}"


def _more(count: int, what: str) -> Iterator[str]:
    if count > 0:
        yield f"and {count} more {what}"
