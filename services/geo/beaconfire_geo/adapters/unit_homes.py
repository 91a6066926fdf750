"""Whose each unit is, in memory: asked for every position that comes in, and never of the disk."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from beaconfire_geo.application.desks import Home
from beaconfire_platform.database import TROUBLE, Database

RENEWED_EVERY_S: Final = 30.0
"""For so long a unit that went to another body may still be told by its old one."""
UNKNOWN_ASKED_EVERY_S: Final = 1.0
"""A unit that was registered just now is looked for this often, whoever sends for it."""
_ALL: Final = "select unit_id::text, body, division from unit_home"
_log: Final = structlog.get_logger(__name__)


class UnitHomes:
    """Body and division of every unit, read whole and seldom."""

    def __init__(self, database: Database) -> None:
        """Nothing is known before somebody asks."""
        self._database = database
        self._known: dict[str, Home] = {}
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()

    async def of(self, unit_ids: Sequence[str]) -> Mapping[str, Home]:
        """The homes of all units; read anew when they are old or one of these is missing."""
        known = self._known
        age_s = self._age_s()
        if age_s >= RENEWED_EVERY_S or (
            age_s >= UNKNOWN_ASKED_EVERY_S and not all(one in known for one in unit_ids)
        ):
            await self._read(age_s)
        return self._known

    async def _read(self, age_s: float) -> None:
        async with self._reading:
            if self._age_s() < age_s:
                return  # somebody else did meanwhile
            try:
                records = await self._database.pool.fetch(_ALL)
            except TROUBLE as error:
                _log.warning("homes_unread", error=type(error).__name__)
                return
            self._known = {one["unit_id"]: (one["body"], one["division"]) for one in records}
            self._read_at = asyncio.get_running_loop().time()

    def _age_s(self) -> float:
        return asyncio.get_running_loop().time() - self._read_at
