"""Units' markers: handles for an epoch, and positions in binary frames as they come (§7).

Within 20 ms while few units move, five times a second under load; each entry is packed once and
shared by all who see the unit. A tick may be lost; the newest fix of each unit never is.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import httpx
import structlog

from beaconfire_platform.ids import new_id
from beaconfire_platform.positions import Fix, PositionStream
from beaconfire_situation.adapters.frames import frame, position_entry
from beaconfire_situation.adapters.last_fixes import last_fixes
from beaconfire_situation.adapters.reader import Reader
from beaconfire_situation.domain.picture import Change, Picture

FEW_UNITS: Final = 200
SOON_S: Final = 0.02
UNDER_LOAD_S: Final = 0.2
_log: Final = structlog.get_logger(__name__)


class Markers:
    """The last fix of each unit, and who was told which handle."""

    def __init__(self, positions: PositionStream, http: httpx.AsyncClient) -> None:
        """Listens from now on; what was before is asked of geo."""
        self._stream = positions.reader()
        self._http = http
        self._epoch = new_id()
        self._handles: dict[str, int] = {}
        self._fixes: dict[str, Fix] = {}

    def introduce(self, reader: Reader, picture: Picture) -> None:
        """Tell a new reader the handles of the units that they see, and where those are."""
        mine = [one for one in picture.things("unit") if _sees(reader, picture, one)]
        self._tell_handles(reader, mine)
        reader.send_positions(self._entries(mine, picture))

    def noticed(self, change: Change, readers: Iterable[Reader]) -> None:
        """A unit that somebody did not see before needs a handle of theirs."""
        if change.record.kind != "unit" or change.record.id in self._handles:
            return
        for reader in readers:
            if reader.eyes.sees(change.after):
                self._tell_handles(reader, [change.record.id])

    async def tell_forever(self, readers: set[Reader], picture: Callable[[], Picture]) -> None:
        """Take what moved, wait a moment for more, tell everybody; ask for the rest beside it."""
        asking = asyncio.create_task(self._ask(readers, picture))
        try:
            while True:
                moved = await self._stream.take()
                self._keep(moved)
                names = [one.unit_id for one in moved]
                self._tell(readers, names, picture())
                await asyncio.sleep(SOON_S if len(names) < FEW_UNITS else UNDER_LOAD_S)
        finally:
            asking.cancel()

    async def _ask(self, readers: set[Reader], picture: Callable[[], Picture]) -> None:
        fixes = await last_fixes(self._http)
        self._keep(fixes)
        self._tell(readers, [one.unit_id for one in fixes], picture())

    def _tell(self, readers: set[Reader], moved: list[str], picture: Picture) -> None:
        known = [one for one in moved if picture.of(("unit", one))]
        entries = dict(zip(known, self._entries(known, picture), strict=True))
        for reader in tuple(readers):
            if reader.owes_positions:
                reader.owes_positions = False
                mine = [one for one in self._fixes if _sees(reader, picture, one)]
                reader.send_positions(self._entries(mine, picture))
                continue
            reader.send_positions(
                entry for name, entry in entries.items() if _sees(reader, picture, name)
            )

    def _entries(self, unit_ids: list[str], picture: Picture) -> list[bytes]:
        return [
            position_entry(self._handle(one), self._fixes[one], _status(picture, one))
            for one in unit_ids
            if one in self._fixes
        ]

    def _tell_handles(self, reader: Reader, unit_ids: list[str]) -> None:
        handles = {one: self._handle(one) for one in unit_ids}
        reader.socket.send_text(frame("units", epoch=self._epoch, handles=handles))

    def _handle(self, unit_id: str) -> int:
        return self._handles.setdefault(unit_id, len(self._handles) + 1)

    def _keep(self, fixes: Iterable[Fix]) -> None:
        for fix in fixes:
            held = self._fixes.get(fix.unit_id)
            if held is None or held.observed_at <= fix.observed_at:
                self._fixes[fix.unit_id] = fix


def _sees(reader: Reader, picture: Picture, unit_id: str) -> bool:
    return reader.eyes.sees(picture.sight(("unit", unit_id)))


def _status(picture: Picture, unit_id: str) -> str:
    records = picture.of(("unit", unit_id))
    return str(records[0].data.get("status", "in_service")) if records else "in_service"
