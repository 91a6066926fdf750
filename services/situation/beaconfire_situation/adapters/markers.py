"""Units' markers: handles for an epoch, and positions in binary frames as they come.

Within 20 ms while few units move, five times a second under load; each tick is packed once as an
array, and readers who see the same units share one frame. A tick may be lost; the newest fix of
each unit never is. Whoever should be heard from and is not is told again, with the minutes of
silence: those count from when its newest fix was observed, not from when it came in.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import Final

import httpx
import numpy as np
import structlog

from beaconfire_platform.clock import Clock, wall_now
from beaconfire_platform.fix_batch import FixBatch, microseconds
from beaconfire_platform.ids import new_id
from beaconfire_platform.newest_fixes import NewestFixes
from beaconfire_platform.positions import PositionStream
from beaconfire_situation.adapters.frames import ENTRY, frame, position_entries, status_place
from beaconfire_situation.adapters.last_fixes import last_fixes
from beaconfire_situation.adapters.reader import Reader
from beaconfire_situation.domain.picture import Change, Picture
from beaconfire_situation.domain.sight import Sight
from beaconfire_situation.domain.silence import UNDER_WAY, minutes_silent

FEW_UNITS: Final = 200
SOON_S: Final = 0.02
UNDER_LOAD_S: Final = 0.2
WATCH_EVERY_S: Final = 2.0
_log: Final = structlog.get_logger(__name__)


class Markers:
    """The last fix of each unit, and who was told which handle."""

    def __init__(self, positions: PositionStream, http: httpx.AsyncClient, clock: Clock) -> None:
        """Listens from now on; what was before is asked of geo."""
        self._stream = positions.reader()
        self._http = http
        self._clock = clock
        self._epoch = new_id()
        self._handles: dict[str, int] = {}
        self._newest = NewestFixes()
        self._heard: dict[str, float] = {}
        self._set_out: dict[str, float] = {}
        self._silent: dict[str, int] = {}

    def introduce(self, reader: Reader, picture: Picture) -> None:
        """Tell a new reader the handles of the units that they see, and where those are."""
        mine = [one for one in picture.things("unit") if _sees(reader, picture, one)]
        self._tell_handles(reader, mine)
        reader.send_positions(self._entries(mine, picture).tobytes())

    def noticed(self, change: Change, readers: Iterable[Reader]) -> None:
        """A unit that somebody did not see before needs a handle of theirs."""
        if change.record.kind != "unit" or change.record.id in self._handles:
            return
        for reader in readers:
            if reader.eyes.sees(change.after):
                self._tell_handles(reader, [change.record.id])

    async def tell_forever(self, readers: set[Reader], picture: Callable[[], Picture]) -> None:
        """Take what moved, wait a moment for more, tell everybody; ask for the rest beside it."""
        beside = [
            asyncio.create_task(self._ask(readers, picture)),
            asyncio.create_task(self._watch_forever(readers, picture)),
        ]
        try:
            while True:
                moved = await self._stream.take()
                self._keep(moved)
                self._tell(readers, moved.unit_ids, picture())
                await asyncio.sleep(SOON_S if len(moved) < FEW_UNITS else UNDER_LOAD_S)
        finally:
            for one in beside:
                one.cancel()

    async def _watch_forever(self, readers: set[Reader], picture: Callable[[], Picture]) -> None:
        while True:
            await asyncio.sleep(WATCH_EVERY_S)
            self.watch(readers, picture(), asyncio.get_running_loop().time())

    def watch(self, readers: set[Reader], picture: Picture, now: float) -> None:
        """Tell whose silence began, grew by a minute or ended, at a moment in wall seconds."""
        changed: list[str] = []
        for name in picture.things("unit"):
            if name not in self._newest:
                continue
            silent = self._silence(name, _status(picture, name), now)
            if silent != self._silent.get(name, 0):
                self._silent[name] = silent
                changed.append(name)
        if changed:
            self._tell(readers, changed, picture)

    def _silence(self, unit_id: str, status: str, now: float) -> int:
        """Counted from its last fix or from its setting out, whichever was later."""
        if status not in UNDER_WAY:
            self._set_out.pop(unit_id, None)
            return 0
        set_out = self._set_out.setdefault(unit_id, now)
        return minutes_silent(status, now - max(set_out, self._heard.get(unit_id, set_out)))

    async def _ask(self, readers: set[Reader], picture: Callable[[], Picture]) -> None:
        fixes = FixBatch.of(await last_fixes(self._http))
        self._keep(fixes)
        self._tell(readers, fixes.unit_ids, picture())

    def _tell(self, readers: set[Reader], moved: list[str], picture: Picture) -> None:
        known = [one for one in moved if picture.of(("unit", one))]
        if not known or not readers:
            return
        entries = self._entries(known, picture)
        groups: dict[Sight, list[int]] = {}
        for row, name in enumerate(known):
            groups.setdefault(picture.sight(("unit", name)), []).append(row)
        frames: dict[tuple[Sight, ...], bytes] = {}
        for reader in tuple(readers):
            if reader.owes_positions:
                reader.owes_positions = False
                mine = [one for one in self._newest.unit_ids if _sees(reader, picture, one)]
                reader.send_positions(self._entries(mine, picture).tobytes())
                continue
            seen = tuple(sight for sight in groups if reader.eyes.sees(sight))
            if seen not in frames:
                rows = [row for sight in seen for row in groups[sight]]
                frames[seen] = entries[rows].tobytes() if rows else b""
            reader.send_positions(frames[seen])

    def _entries(self, unit_ids: list[str], picture: Picture) -> np.ndarray:
        """An entry for each of them whose position is known."""
        known = [one for one in unit_ids if one in self._newest]
        if not known:
            return np.empty(0, dtype=ENTRY)
        return position_entries(
            self._newest.of(known),
            [self._handle(one) for one in known],
            [status_place(_status(picture, one)) for one in known],
            [self._silent.get(one, 0) for one in known],
        )

    def _tell_handles(self, reader: Reader, unit_ids: list[str]) -> None:
        handles = {one: self._handle(one) for one in unit_ids}
        reader.socket.send_text(frame("units", epoch=self._epoch, handles=handles))

    def _handle(self, unit_id: str) -> int:
        return self._handles.setdefault(unit_id, len(self._handles) + 1)

    def _keep(self, fixes: FixBatch) -> None:
        """What moved a marker was heard of when it was observed: what lay in a buffer is old."""
        moved = self._newest.take_in(fixes)
        heard = asyncio.get_running_loop().time() - self._ages_s(moved)
        self._heard.update(zip(moved.unit_ids, heard.tolist(), strict=True))
        for name in self._silent.keys() & set(moved.unit_ids):
            del self._silent[name]

    def _ages_s(self, fixes: FixBatch) -> np.ndarray:
        """How old fixes are in seconds of the wall, by the clock that the sender goes by."""
        business = (microseconds(self._clock.now()) - fixes.observed_us) / self._clock.state.speed
        wall = microseconds(wall_now()) - fixes.observed_us
        return np.maximum(0.0, np.minimum(business, wall)) / 1e6


def _sees(reader: Reader, picture: Picture, unit_id: str) -> bool:
    return reader.eyes.sees(picture.sight(("unit", unit_id)))


def _status(picture: Picture, unit_id: str) -> str:
    told = next((one for one in picture.of(("unit", unit_id)) if one.source == "dispatch"), None)
    return "in_service" if told is None else str(told.data.get("status", "in_service"))
