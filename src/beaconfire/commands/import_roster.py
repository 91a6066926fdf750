"""`beaconfire import roster`: who answers for which cell and when, from a table."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from beaconfire.commands.import_told import by_row, refusals_told
from beaconfire.commands.on_api import ORIGIN_DEFAULT, Data, Origin, Sender, Url, on_api
from beaconfire.rosterfile.asking import Asked, asked_of, register_of
from beaconfire.rosterfile.reading import read_roster_file
from beaconfire.simulation.api import Api

SCOPES: Final = ("roster.read", "roster.write", "person.read", "body.read", "cell.read")
GAPS_SHOWN_MAX: Final = 5
HOUR_S: Final = 3_600


def roster(
    file: Annotated[Path, typer.Argument(help=".csv or .csv.gz in UTF-8.")],
    *,
    zone: Annotated[
        str | None, typer.Option(help="Whose wall clock it is, where no column `zone` says so.")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only tell what would change.")
    ] = False,
    origin: Origin = ORIGIN_DEFAULT,
    sign_in: Sender = "admin",
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Set the rosters of the areas in a file; all rows or none. Other areas keep theirs.

    Columns: area (path or code), part (worker, deputy, leader, desk), person (sign-in name) or body
    (code), weekdays (1-5; 1 is Monday), begins, ends, from, until (the last day), zone.
    """
    with refusals_told():
        rows = read_roster_file(file, zone=zone)

    async def work(api: Api) -> list[str]:
        asked = asked_of(rows, await register_of(api, rows))
        told = await by_row(api.post("/v1/rosters/preview", asked.body), asked.wrong_rows)
        lines = [line for one in told["items"] for line in _change(one, asked)]
        sorts = Counter(one["change"] for one in told["items"])
        said = ", ".join(f"{count} {sort}" for sort, count in sorted(sorts.items()))
        if preview:
            return [*lines, f"{len(told['items'])} areas: {said}; nothing was changed"]
        await by_row(api.put("/v1/rosters", asked.body), asked.wrong_rows)
        return [*lines, f"{len(told['items'])} areas: {said}; in force"]

    with refusals_told():
        told = on_api(
            work, origin=origin, sign_in=sign_in, scopes=SCOPES, data=data,
            database_url=database_url,
        )  # fmt: skip
    for line in told:
        typer.echo(line)


def _change(one: dict[str, Any], asked: Asked) -> Iterator[str]:
    """What changes of an area, and the hours of this week in which nobody goes there."""
    name = f"{one['area']} {one['name_zh']} {one['name_en']}"
    come, go = len(one["added"]), len(one["removed"])
    yield f"{name}: {one['change']}" + (f", {come} lines come, {go} go" if come or go else "")
    if not one["gaps"]:
        return
    zone = next(r["zone"] for r in asked.body["rosters"] if r["area"] == one["area"])
    yield f"  nobody goes there for {one['gaps_s'] / HOUR_S:g} h of this week ({zone}):"
    for gap in one["gaps"][:GAPS_SHOWN_MAX]:
        falls = gap["falls_to"] or "nobody at all"
        yield f"    {_wall(gap['from_at'], zone)} to {_wall(gap['until_at'], zone)}: {falls}"
    if (more := len(one["gaps"]) - GAPS_SHOWN_MAX) > 0:
        yield f"    and {more} more"


def _wall(moment: str, zone: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)):%a %H:%M}"
