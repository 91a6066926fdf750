"""Maps on their way in, at work: taken into a file, checked by a process of its own, staged.

Nothing of a map is ever whole in this process: what came in lies in a file, what was checked comes
back by batches of 2,000 areas. One map is checked at a time; the others wait.
"""

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.refusals import Invalid, TooMany
from beaconfire_geo.adapters.area_rows import read_batches, write_rows
from beaconfire_geo.adapters.import_check import Asked, Told
from beaconfire_geo.adapters.import_store import PgImports
from beaconfire_geo.adapters.layer_desk import GroundOf, unstage
from beaconfire_geo.adapters.matters import PgMatters
from beaconfire_geo.adapters.postgres import PgLayers
from beaconfire_geo.domain.fit import NOWHERE_YET
from beaconfire_geo.domain.layer_import import ImportNotOpen, LayerImport
from beaconfire_geo.domain.layers import ReleasedLayer
from beaconfire_geo.domain.matters import KnownBody
from beaconfire_platform.database import TROUBLE, Database, Tx

WAITING_MAX: Final = 4
"""Maps that wait for their turn, each a file of up to 256 MiB."""
CHECK_S_MAX: Final = 900.0
"""However busy the machine is; what it may cost is limited by the process itself."""
BEAT_S: Final = 1.0
TIDY_EVERY_S: Final = 3_600.0
LINE_BYTES_MAX: Final = 16 * 2**20
"""The last line holds the preview: a hundred of each sort of change."""
CHECK: Final = (sys.executable, "-m", "beaconfire_geo", "check-layer")
_ONE_THREAD: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
_STAGING: Final = Cause(actor="geo:staging", correlation_id="imports")
_GONE: Final = {
    "code": "map_not_checked",
    "detail": "This map takes more memory or time than an import has: send it in parts, by kind.",
}
_FAILED: Final = {
    "code": "map_not_checked",
    "detail": "Checking this map failed by a fault of ours: the log of geo says by which.",
}
SAID_BYTES_MAX: Final = 2_000
"""Of what a check said when it failed, the end: the error stands there."""
_log: Final = structlog.get_logger(__name__)


class TooManyImports(TooMany):
    """Four maps wait already: send yours when one of them is done."""


class EmptyMap(Invalid):
    """Not one byte was sent."""


class PgImportDesk:
    """Imports of one process: what it took in, it checks."""

    def __init__(self, database: Database, ground: GroundOf | None = None) -> None:
        """Nothing waits yet. `ground` asks for the grid's bounds, where it is known."""
        self._database = database
        self._ground = ground
        self._waiting: asyncio.Queue[tuple[str, Path]] = asyncio.Queue(WAITING_MAX)
        self._filling = 0

    def opening(self, tx: Tx) -> PgImports:
        """The table within one transaction."""
        return PgImports(tx.connection)

    async def get(self, import_id: str) -> LayerImport:
        """One, as it stands; NotFound when there is none."""
        async with self._database.reading() as connection:
            return await PgImports(connection).get(import_id)

    async def fill(self, opened: LayerImport, chunks: AsyncIterator[bytes]) -> LayerImport:
        """Take its map in; it waits to be checked. ImportNotOpen, TooManyImports."""
        filled = opened.filled()
        if self._waiting.qsize() + self._filling >= WAITING_MAX:
            raise TooManyImports
        self._filling += 1
        folder = Path(tempfile.mkdtemp(prefix="beaconfire-import-"))
        with ExitStack() as undone:
            undone.callback(_remove, folder)
            try:
                await _spool(folder / "map.json", chunks)
                await self._fill(opened)
                self._waiting.put_nowait((opened.id, folder))
            finally:
                self._filling -= 1
            undone.pop_all()  # it waits with its map: whoever checks it removes that
        return filled

    async def _fill(self, opened: LayerImport) -> None:
        async with self._database.transaction(cause=_STAGING) as tx:
            if not await PgImports(tx.connection).fill(opened.id):
                raise ImportNotOpen

    async def work_forever(self) -> None:
        """Check what waits, one map after the other, and let go of what nobody released."""
        tidying = asyncio.create_task(self._tidy_forever())
        try:
            while True:
                await self.work()
        finally:
            tidying.cancel()

    async def work(self) -> None:
        """Wait for a map and check it."""
        import_id, folder = await self._waiting.get()
        beating = asyncio.create_task(self._beat_forever(import_id))
        try:
            await self._check(await self.get(import_id), folder)
        except TROUBLE as error:
            _log.warning("import_lost", import_id=import_id, error=type(error).__name__)
        finally:
            beating.cancel()
            _remove(folder)

    async def _check(self, one: LayerImport, folder: Path) -> None:
        head = await self._save_before(one.layer, folder / "before")
        asked = Asked(
            str(folder / "map.json"), str(folder / "before"), str(folder / "areas"),
            one.layer, one.crs, one.kind, head, await self._bounds(), await self._bodies(),
        )  # fmt: skip
        with (folder / "said").open("wb") as said:
            told, ended = await self._ask(one, asked, said.fileno())
        one = await self.get(one.id)
        if told.checked is None:
            if told.problem is None and ended > 0:  # nobody stopped it: the fault is ours
                last = (folder / "said").read_bytes()[-SAID_BYTES_MAX:].decode(errors="replace")
                _log.error("import_check_failed", import_id=one.id, exit=ended, said=last)
            await self._save(one.refused(told.problem or dict(_FAILED if ended > 0 else _GONE)))
            return
        version = await self._stage(one, folder / "areas")
        await self._save(one.ready(told.checked, version))

    async def _bounds(self) -> list[float] | None:
        """Of the grid in force; None without one."""
        box = NOWHERE_YET if self._ground is None else await self._ground()
        return None if np.isnan(box).any() else box.tolist()

    async def _ask(self, one: LayerImport, asked: Asked, said: int) -> tuple[Told, int]:
        """Have it checked; the last line that was told, and how it ended: below 0 by a signal."""
        process = await asyncio.create_subprocess_exec(
            *CHECK, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=said, env=os.environ | _ONE_THREAD, limit=LINE_BYTES_MAX,
        )  # fmt: skip
        assert process.stdin is not None  # noqa: S101  (it was asked for)
        assert process.stdout is not None  # noqa: S101  (so was this)
        last = Told()
        try:
            async with asyncio.timeout(CHECK_S_MAX):
                process.stdin.write(msgspec.json.encode(asked))
                process.stdin.close()
                async for line in process.stdout:
                    last = msgspec.json.decode(line, type=Told)
                    await self._seen(one.id, last.rows, last.rows_read)
                await process.wait()
        except TimeoutError:
            return Told(), -signal.SIGKILL
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()
        return last, process.returncode or 0

    async def _save_before(self, layer: str, path: Path) -> ReleasedLayer | None:
        """The areas in force into a file, page by page: a version never changes."""
        async with self._database.reading() as connection:
            head = await PgLayers(connection).newest(layer)
        with path.open("wb") as file:
            after = ""
            while head is not None:
                async with self._database.reading() as connection:
                    areas = await PgLayers(connection).part(layer, head.version, after)
                if not areas:
                    break
                await asyncio.to_thread(write_rows, file, areas)
                after = areas[-1].path
        return head

    async def _bodies(self) -> tuple[KnownBody, ...]:
        async with self._database.reading() as connection:
            return tuple(await PgMatters(connection).bodies())

    async def _stage(self, one: LayerImport, path: Path) -> int:
        """Write what was checked, a batch a transaction; the version it is staged under."""
        async with self._database.transaction(cause=_STAGING) as tx:
            version = await PgLayers(tx.connection).next_version()
            await PgImports(tx.connection).seen(one.id, None, 0, version)
        with path.open("rb") as file:
            for batch in read_batches(file):
                async with self._database.transaction(cause=_STAGING) as tx:
                    await PgLayers(tx.connection).stage_rows(one.layer, version, batch)
        return version

    async def _save(self, one: LayerImport) -> None:
        async with self._database.transaction(cause=_STAGING) as tx:
            await PgImports(tx.connection).save(one)

    async def _seen(self, import_id: str, rows: int | None = None, rows_read: int = 0) -> None:
        async with self._database.transaction(cause=_STAGING) as tx:
            await PgImports(tx.connection).seen(import_id, rows, rows_read)

    async def _beat_forever(self, import_id: str) -> None:
        while True:
            with suppress(*TROUBLE):
                await self._seen(import_id)
            await asyncio.sleep(BEAT_S)

    async def _tidy_forever(self) -> None:
        while True:
            try:
                await self.tidy()
            except TROUBLE as error:
                _log.warning("imports_untidied", error=type(error).__name__)
            await asyncio.sleep(TIDY_EVERY_S)

    async def tidy(self) -> None:
        """Let go of old imports, and of the areas that they staged and nobody released."""
        async with self._database.reading() as connection:
            old = await PgImports(connection).forgotten()
        for import_id, layer, version in old:
            if version is not None:
                await unstage(self._database, layer, version)
            async with self._database.transaction(cause=_STAGING) as tx:
                await PgImports(tx.connection).forget(import_id)


async def _spool(path: Path, chunks: AsyncIterator[bytes]) -> None:
    size = 0
    with path.open("wb") as file:
        async for chunk in chunks:
            size += file.write(chunk)
    if not size:
        raise EmptyMap


def _remove(folder: Path) -> None:
    for one in folder.iterdir():
        one.unlink()
    folder.rmdir()
