"""Maps on their way in, in SQL beside their row mapping."""

from typing import Any, Final

import msgspec

from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.domain.layer_import import CheckedMap, ImportState, LayerImport
from beaconfire_platform import codec
from beaconfire_platform.database import Connection

IMPORTS_KEPT_DAYS: Final = 7
"""What nobody released in a week is sent again."""
_OPEN: Final = """
    insert into layer_import (import_id, layer, crs, kind, sent_by, state)
    values ($1, $2, $3, $4, $5, $6)
"""
_ONE: Final = """
    select import_id, layer, crs, kind, sent_by, state, rows, rows_read, outcome, version,
        extract(epoch from clock_timestamp() - seen_at)::float8 as silent_s
    from layer_import where import_id = $1
"""
_SAVE: Final = """
    update layer_import set state = $2, rows = $3, rows_read = $4, version = $5, outcome = $6,
        seen_at = clock_timestamp()
    where import_id = $1
"""
_FILL: Final = """
    update layer_import set state = 'checking', seen_at = clock_timestamp()
    where import_id = $1 and state = 'open' returning true
"""
_SEEN: Final = """
    update layer_import set rows = coalesce($2, rows), rows_read = greatest($3, rows_read),
        version = coalesce($4, version), seen_at = clock_timestamp()
    where import_id = $1
"""
_FORGOTTEN: Final = f"""
    select import_id, layer, version from layer_import
    where opened_at < clock_timestamp() - interval '{IMPORTS_KEPT_DAYS} days' limit 100
"""


class Outcome(msgspec.Struct):
    """What came of a map: what it is, or why it was refused."""

    checked: CheckedMap | None = None
    problem: dict[str, Any] | None = None


class PgImports:
    """Imports over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def open(self, opened: LayerImport) -> None:
        """Keep a new one."""
        await self._connection.execute(
            _OPEN, opened.id, opened.layer, opened.crs, opened.kind, opened.sent_by, opened.state
        )

    async def get(self, import_id: str) -> LayerImport:
        """One, as it stands; NotFound when there is none."""
        row = await self._connection.fetchrow(_ONE, import_id)
        if row is None:
            raise NotFound
        outcome = msgspec.json.decode(row["outcome"] or "{}", type=Outcome)
        found = LayerImport(
            str(row["import_id"]), row["layer"], row["crs"], row["kind"], row["sent_by"],
            ImportState(row["state"]), row["rows"], row["rows_read"], row["version"],
            outcome.checked, outcome.problem,
        )  # fmt: skip
        return found.seen(row["silent_s"])

    async def save(self, one: LayerImport) -> None:
        """Keep how it is now."""
        outcome = codec.encode(Outcome(one.checked, one.problem))
        await self._connection.execute(
            _SAVE, one.id, one.state, one.rows, one.rows_read, one.version, outcome
        )

    async def fill(self, import_id: str) -> bool:
        """Its map is coming in; False where another one did."""
        return bool(await self._connection.fetchval(_FILL, import_id))

    async def seen(
        self, import_id: str, rows: int | None, rows_read: int, version: int | None = None
    ) -> None:
        """Whoever checks it is at it, and so far."""
        await self._connection.execute(_SEEN, import_id, rows, rows_read, version)

    async def forgotten(self) -> list[tuple[str, str, int | None]]:
        """Old ones: id, layer and the version that they staged."""
        rows = await self._connection.fetch(_FORGOTTEN)
        return [(str(one["import_id"]), one["layer"], one["version"]) for one in rows]

    async def forget(self, import_id: str) -> None:
        """Let go of one."""
        await self._connection.execute("delete from layer_import where import_id = $1", import_id)
