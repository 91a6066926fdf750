"""Areas as rows of bytes: between the database, a file and another process, batch by batch."""

from collections.abc import Iterable, Iterator
from typing import BinaryIO, Final

import msgspec
import shapely

from beaconfire_geo.domain.layers import Area

ROWS_AT_ONCE: Final = 2_000
"""In memory of whoever reads such a file; a megabyte of ordinary cells."""
_LENGTH_BYTES: Final = 8


class AreaRow(msgspec.Struct, array_like=True):
    """An area whose shape is WKB, in the order of the table's columns."""

    code: str
    level: str
    path: str
    name_zh: str
    name_en: str
    wkb: bytes | None
    people: int | None
    body: str | None = None

    @classmethod
    def of(cls, area: Area) -> "AreaRow":
        """An area as a row."""
        shape = None if area.geometry is None else shapely.to_wkb(area.geometry)
        return cls(
            area.code, area.level, area.path, area.name_zh, area.name_en, shape, area.people,
            area.body,
        )  # fmt: skip

    def area(self) -> Area:
        """The area of a row."""
        shape = None if self.wkb is None else shapely.from_wkb(self.wkb)
        return Area(
            self.code, self.level, self.path, self.name_zh, self.name_en, shape, self.people,
            self.body,
        )  # fmt: skip


def write_rows(file: BinaryIO, rows: Iterable[AreaRow]) -> None:
    """Rows into a file, batch by batch: its length, then msgpack."""
    batch: list[AreaRow] = []
    for one in rows:
        batch.append(one)
        if len(batch) == ROWS_AT_ONCE:
            _write(file, batch)
            batch = []
    if batch:
        _write(file, batch)


def read_batches(file: BinaryIO) -> Iterator[list[AreaRow]]:
    """The batches of such a file, one in memory at a time."""
    while length := file.read(_LENGTH_BYTES):
        packed = file.read(int.from_bytes(length, "big"))
        yield msgspec.msgpack.decode(packed, type=list[AreaRow])


def _write(file: BinaryIO, batch: list[AreaRow]) -> None:
    packed = msgspec.msgpack.encode(batch)
    file.write(len(packed).to_bytes(_LENGTH_BYTES, "big"))
    file.write(packed)
