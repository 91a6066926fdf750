"""`beaconfire import matters`: which agency answers for which matter where, from a table."""

import re
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from beaconfire.commands.import_told import by_row, refusals_told
from beaconfire.commands.on_api import ORIGIN_DEFAULT, Data, Origin, Sender, Url, on_api
from beaconfire.mapfile.rows import BadRow, BadRows
from beaconfire.rosterfile.matters import read_matters_file
from beaconfire.simulation.api import Api, Refused

SCOPES: Final = ("matter.read", "matter.write", "incident-types.read")
_POINTER: Final = re.compile(r"/rules/(\d+)")


def matters(
    file: Annotated[Path, typer.Argument(help=".csv or .csv.gz in UTF-8.")],
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only tell what would change.")
    ] = False,
    origin: Origin = ORIGIN_DEFAULT,
    sign_in: Sender = "admin",
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Assign all matters anew by a file's rows; all of them or none.

    Columns: type (an incident type or the beginning of some, as `fire`), area (path), body (code).
    What no row says is decided by bodies' own matters, else by kind and level.
    """
    with refusals_told():
        rules = read_matters_file(file)

    async def work(api: Api) -> list[str]:
        _known_types(rules, (await api.get("/v1/incident-types"))["items"])
        asked = {"rules": rules}
        told = await by_row(api.post("/v1/matters/preview", asked), _wrong_rows)
        lines = [_line("+", one) for one in told["added"]]
        lines += [_line("-", one) for one in told["removed"]]
        counts = f"{len(told['added'])} come, {len(told['removed'])} go, {told['unchanged']} stay"
        if preview:
            return [*lines, f"version {told['version']} is in force: {counts}; nothing was changed"]
        kept = await by_row(api.put("/v1/matters", asked), _wrong_rows)
        return [*lines, f"version {kept['version']} is in force: {counts}"]

    with refusals_told():
        told = on_api(
            work, origin=origin, sign_in=sign_in, scopes=SCOPES, data=data,
            database_url=database_url,
        )  # fmt: skip
    for line in told:
        typer.echo(line)


def _known_types(rules: list[dict[str, Any]], types: list[dict[str, Any]]) -> None:
    """Geo knows no types: a misspelt one would be nobody's for ever."""
    codes = [str(one["code"]) for one in types]
    wrong = [
        BadRow(row, "unknown_type", f"no incident type is or begins with {one['type']}")
        for row, one in enumerate(rules, 1)
        if not any(code == one["type"] or code.startswith(f"{one['type']}.") for code in codes)
    ]
    if wrong:
        raise BadRows(wrong)


def _wrong_rows(error: Refused) -> BadRows | None:
    """The rows of the file that a refusal points at."""
    found = [
        BadRow(int(at[1]) + 1, one["code"], one["detail"])
        for one in error.problem.get("rows", [])
        if (at := _POINTER.match(one["pointer"] or "")) is not None
    ]
    return BadRows(found) if found else None


def _line(sign: str, one: dict[str, Any]) -> str:
    return f"{sign} {one['type']} in {one['area']}: {one['body']}"
