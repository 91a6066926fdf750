"""Frames of the feed as bytes; what is the same for all readers is encoded once."""

import struct
from collections.abc import Iterable, Sequence
from typing import Any, Final

from beaconfire_contracts.feed import (
    HEADING_UNKNOWN,
    SNAPSHOT_PART_RECORDS_MAX,
    STATUS_ORDER,
    Record,
)
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.positions import Fix
from beaconfire_situation.domain.picture import Change, FactTold

_ENTRY: Final = struct.Struct("<IiiHBB")
_STATUS_PLACE: Final = {status.value: place for place, status in enumerate(STATUS_ORDER)}


def snapshot_frames(pos: int, epoch: str, records: Sequence[Record]) -> Iterable[bytes]:
    """The whole picture in parts; the last says that no more follow."""
    size = SNAPSHOT_PART_RECORDS_MAX
    starts = range(0, max(1, len(records)), size)
    for start in starts:
        part = records[start : start + size]
        yield frame(
            "snapshot",
            pos=str(pos),
            epoch=epoch,
            more=start + size < len(records),
            records=part,
        )


class ChangeBody:
    """One change's frames, of which only `prev` differs from reader to reader."""

    def __init__(self, change: Change) -> None:
        """Encoded when first asked for."""
        self.change = change
        self._tail: bytes | None = None

    def frame(self, prev: int) -> bytes:
        """The change as a frame after `prev`."""
        if self._tail is None:
            told = self.change
            fact = None if told.fact is None else _brief(told.fact, told.record.id)
            self._tail = encode_bytes({"record": told.record, "fact": fact})[1:]
        head = f'{{"t":"change","pos":"{self.change.pos}","prev":"{prev}",'
        return head.encode() + self._tail


def _brief(fact: FactTold, key: str) -> dict[str, str | None]:
    return {
        "id": fact.id,
        "type": fact.type,
        "key": key,
        "time": fact.time,
        "actor": fact.actor,
        "seat": fact.seat,
    }


def record_frame(record: Record, change: Change, prev: int) -> bytes:
    """Another record of a thing that came into somebody's sight by a change."""
    return ChangeBody(Change(change.pos, record, change.before, change.after, change.fact)).frame(
        prev
    )


def gone_frame(record: Record, pos: int, prev: int) -> bytes:
    """A record is no longer theirs to see."""
    return frame(
        "gone",
        pos=str(pos),
        prev=str(prev),
        kind=record.kind,
        id=record.id,
        source=record.source,
    )


def frame(name: str, /, **members: Any) -> bytes:
    """A text frame by its name and members."""
    return encode_bytes({"t": name, **members})


def position_entry(handle: int, fix: Fix, status: str, silent_min: int = 0) -> bytes:
    """One unit's 16 bytes; the last says for how many minutes it was not heard from."""
    heading = HEADING_UNKNOWN if fix.heading_deg is None else round(fix.heading_deg) % 360
    place = _STATUS_PLACE.get(status, _STATUS_PLACE[UnitStatus.IN_SERVICE.value])
    return _ENTRY.pack(
        handle, round(fix.lon * 1e7), round(fix.lat * 1e7), heading, place, silent_min
    )
