"""A map sent to a running node and checked there, with a bar that shows how far it is."""

import asyncio
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from beaconfire.simulation.api import Api, Refused

IMPORTS: Final = "/v1/layer-imports"
MEDIA: Final = "application/geo+json"
ASK_EVERY_S: Final = 0.3
INVALID: Final = 422


async def sent_and_checked(api: Api, layer: str, body: dict[str, Any]) -> dict[str, Any]:
    """The import once it is ready; Refused with its wrong rows where it is refused or lost."""
    opened = {"layer": layer, "crs": body["crs"], "kind": body.get("kind")}
    told = await api.post(IMPORTS, opened)
    where = f"{IMPORTS}/{told['id']}"
    content = json.dumps(body, ensure_ascii=False).encode()
    await api.put_bytes(f"{where}/map", content, media=MEDIA)
    with _bar() as progress:
        task = progress.add_task(layer, total=len(body["features"]))
        while told["state"] in ("open", "checking"):
            await asyncio.sleep(ASK_EVERY_S)
            told = await api.get(where)
            progress.update(task, completed=told["rows_read"])
    if told["state"] == "ready":
        return told
    problem: dict[str, Any] = told["problem"] or {
        "code": "import_lost", "detail": "whoever checked it is gone: send it again",
    }  # fmt: skip
    raise Refused(INVALID, problem["code"], problem["detail"], problem)


@contextmanager
def _bar() -> Generator[Progress]:
    """On a terminal; whoever reads what is told by a program sees none of it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
               TextColumn("rows"), TimeElapsedColumn())  # fmt: skip
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as progress:
        yield progress
