"""Frames of the feed as bytes; what is the same for all readers is encoded once."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np

from beaconfire_contracts.feed import (
    HEADING_UNKNOWN,
    SNAPSHOT_PART_RECORDS_MAX,
    STATUS_ORDER,
    Record,
)
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_platform.codec import encode_bytes
from beaconfire_platform.fix_batch import FixBatch
from beaconfire_situation.domain.picture import Change, FactTold

ENTRY: Final = np.dtype(
    [("handle", "<u4"), ("lon", "<i4"), ("lat", "<i4"), ("heading", "<u2"), ("status", "u1"),
     ("silent_min", "u1")]
)  # fmt: skip
_STATUS_PLACE: Final = {status.value: place for place, status in enumerate(STATUS_ORDER)}
_IN_SERVICE: Final = _STATUS_PLACE[UnitStatus.IN_SERVICE.value]


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


def status_place(status: str) -> int:
    """A unit status by its place in `STATUS_ORDER`; one that is not known is in service."""
    return _STATUS_PLACE.get(status, _IN_SERVICE)


def position_entries(
    fixes: FixBatch, handles: Sequence[int], statuses: Sequence[int], silent_min: Sequence[int]
) -> np.ndarray:
    """16 bytes a unit, all at once; the last says for how many minutes it was not heard from."""
    entries = np.empty(len(fixes), dtype=ENTRY)
    entries["handle"] = handles
    entries["lon"] = np.rint(fixes.lon * 1e7)
    entries["lat"] = np.rint(fixes.lat * 1e7)
    told = ~np.isnan(fixes.heading_deg)
    entries["heading"] = HEADING_UNKNOWN
    entries["heading"][told] = np.rint(fixes.heading_deg[told]) % 360
    entries["status"] = statuses
    entries["silent_min"] = silent_min
    return entries
