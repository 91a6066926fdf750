"""What brokers sent, taken apart so that whatever cannot be read of it ends with its batch.

aiokafka 0.14 throws for a batch that it cannot read, loses what it had of others by then, and meets
it again for ever; and it unpacks whatever is packed, however large. So its clients take apart by
this what they fetched (docs/adr/0047): in the place of what cannot be read stands a record that
says so.
"""

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import cramjam
from aiokafka.consumer import fetcher
from aiokafka.errors import KafkaError
from aiokafka.record.default_records import DefaultRecordBatch

UNPACKED_BYTES_MAX: Final = 4 * 2**20
"""Of one partition at once; more waits for the next time. Our relay packs a sixteenth of it."""
FIRST_BYTES: Final = 65_536
NO_CHECKSUM: Final = "its batch is not as it was written: its checksum is another"
NOT_WHOLE: Final = "its batch is not whole"
NOT_OF_TODAY: Final = "its batch is of a format that no broker of today writes"
NO_CODEC: Final = "its batch is packed in a way that is not known"
NOT_UNPACKED: Final = "its batch cannot be unpacked"
TOO_LARGE: Final = "its batch unpacks to more than may be"
NOT_TAKEN_APART: Final = "its batch cannot be taken apart"
ILLEGIBLE: Final = "the name of a header, its own or one before it in its batch, is not UTF-8"

_PREFIX: Final = struct.Struct(">qi")
"""Of a batch: the offset of its first record, and how many bytes follow."""
_HEADER: Final = struct.Struct(">qiibIhiqqqhii")
_OF_TODAY: Final = 2
_MAGIC_AT: Final = 16
_ATTRIBUTES_AT: Final = 21
_CODEC: Final = 0x07
_XERIAL: Final = b"\x82SNAPPY\x00\x00\x00\x00\x01\x00\x00\x00\x01"
"""How Java begins a stream of snappy's blocks."""
_NO_TIME: Final = -1
_UNREAD: Final = (KafkaError, cramjam.DecompressionError, ValueError, IndexError, OverflowError)

Unpack = Callable[[Any, Any], int]


class NotRead(ValueError):  # noqa: N818  (said of a batch)
    """A batch that cannot be read; the message says why, in our own words alone."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What cannot be read of a partition: from an offset on, up to another, and why."""

    first: int
    until: int
    why: str

    @property
    def told(self) -> str:
        """For whoever looks for it."""
        if self.until == self.first + 1:
            return self.why
        return f"{self.why} (offsets {self.first} to {self.until - 1})"


@dataclass(frozen=True, slots=True)
class LostRecord:
    """Stands among records for what is lost: the last of it, and in `checksum`, which records of
    today have not and which the client hands through, what it is.
    """

    offset: int
    checksum: Lost
    timestamp: int = _NO_TIME
    timestamp_type: int = 0
    key: None = None
    value: None = None
    headers: tuple[()] = ()


def stands_for(lost: Lost) -> LostRecord:
    """The record in the place of what is lost."""
    return LostRecord(lost.until - 1, lost)


class Batches:
    """What one answer holds of one partition; in the place of aiokafka's `MemoryRecords`."""

    __slots__ = ("_at", "_data", "_end", "_unpacked", "_view")

    def __init__(self, data: bytes) -> None:
        """`data` are batches, the last of which may be cut off."""
        self._data = data
        self._view = memoryview(data)
        self._at = 0
        self._end = 0
        self._unpacked = 0
        self._find_end()

    def size_in_bytes(self) -> int:
        """How much came."""
        return len(self._data)

    def has_next(self) -> bool:
        """Whether another batch is there, whole; the first may be broken, and is then lost."""
        if self._at == 0:
            return len(self._data) >= _PREFIX.size
        return self._end > self._at and self._unpacked < UNPACKED_BYTES_MAX

    def next_batch(self) -> "Batch":
        """The next batch."""
        start, end = self._at, self._end
        if end <= start:
            self._at = self._end = len(self._data)
            [base, _] = _PREFIX.unpack_from(self._data, start)
            return Batch(base, base + 1, None, NOT_WHOLE)
        self._at = end
        self._find_end()
        if self._data[start + _MAGIC_AT] == _OF_TODAY:
            sound = DefaultRecordBatch(self._view[start:end])
            if sound.validate_crc():
                if sound.compression_type == 0:
                    return Batch(sound.base_offset, sound.next_offset, sound, "")
                return self._packed(self._view[start:end], sound)
        return _broken(self._view[start:end], self._next_base)

    def _find_end(self) -> None:
        """Where the next batch ends; where it begins if it is cut off or broken."""
        at, left = self._at, len(self._data) - self._at
        self._end = at
        if left >= _HEADER.size:
            size = _PREFIX.size + _PREFIX.unpack_from(self._data, at)[1]
            if _HEADER.size <= size <= left:
                self._end = at + size

    @property
    def _next_base(self) -> int | None:
        """The offset of what comes behind, by which it is known where a broken one ends."""
        if len(self._data) - self._at < _PREFIX.size:
            return None
        return int(_PREFIX.unpack_from(self._data, self._at)[0])

    def _packed(self, data: memoryview, packed: Any) -> "Batch":
        try:
            unpacked = _unpacked(packed.compression_type, data[_HEADER.size :])
        except NotRead as error:
            return Batch(packed.base_offset, packed.next_offset, None, str(error))
        self._unpacked += len(unpacked)
        plain = bytearray(data[: _HEADER.size]) + unpacked
        struct.pack_into(">h", plain, _ATTRIBUTES_AT, packed.attributes & ~_CODEC)
        return Batch(packed.base_offset, packed.next_offset, DefaultRecordBatch(plain), "")


class Batch:
    """The records of a batch, and in the place of those that cannot be read one that says so."""

    __slots__ = ("_sound", "_why", "base_offset", "is_control_batch", "next_offset")
    producer_id = None

    def __init__(self, base: int, until: int, sound: Any, why: str) -> None:
        """`sound` is aiokafka's own, as far as there is one; `why` says why there is none."""
        self.base_offset = base
        self.next_offset = max(until, base + 1)
        self.is_control_batch = sound is not None and bool(sound.is_control_batch)
        self._sound = sound
        self._why = why

    def validate_crc(self) -> bool:
        """That was looked at already: nothing is thrown for it."""
        return True

    def __iter__(self) -> Iterator[Any]:
        """Each record; one alone for all behind the first that cannot be read."""
        found: list[Any] = []
        why = self._why
        try:
            if self._sound is not None:
                found.extend(self._sound)
        except _UNREAD as error:
            why = ILLEGIBLE if isinstance(error, UnicodeDecodeError) else NOT_TAKEN_APART
        if why:
            first = found[-1].offset + 1 if found else self.base_offset
            if first < self.next_offset:
                found.append(stands_for(Lost(first, self.next_offset, why)))
        return iter(found)


def _broken(data: memoryview, next_base: int | None) -> Batch:
    """One whose checksum does not fit, or of long ago: it is told where it ends by what follows."""
    header = _HEADER.unpack_from(data)
    base, magic, delta, count = (header[one] for one in (0, 3, 6, 12))
    why = NO_CHECKSUM if magic == _OF_TODAY else NOT_OF_TODAY
    is_told = magic == _OF_TODAY and 0 <= delta == count - 1
    until = base + (delta + 1 if is_told else 1)
    return Batch(base, until if next_base is None else next_base, None, why)


def _unpacked(codec: int, data: memoryview) -> bytes:
    """What was packed; NotRead where it cannot be told, or is more than may be."""
    unpack = _UNPACK.get(codec)
    if unpack is None:
        raise NotRead(NO_CODEC)
    for size in (min(UNPACKED_BYTES_MAX, FIRST_BYTES + 8 * len(data)), UNPACKED_BYTES_MAX):
        room = bytearray(size)
        try:
            return bytes(memoryview(room)[: unpack(data, room)])
        except (cramjam.DecompressionError, struct.error) as error:
            if "whole buffer" not in str(error):  # it says so where there is no more room
                raise NotRead(NOT_UNPACKED) from error
    raise NotRead(TOO_LARGE)


def _unpack_snappy(data: memoryview, room: bytearray) -> int:
    """Java's stream of blocks, or one block as others write it."""
    at = 0
    for block in _blocks(data):
        size = cramjam.snappy.decompress_raw_len(block)
        if at + size > len(room):
            raise cramjam.DecompressionError("more than the whole buffer")
        at += cramjam.snappy.decompress_raw_into(block, memoryview(room)[at : at + size])
    return at


def _blocks(data: memoryview) -> Iterable[memoryview]:
    if bytes(data[: len(_XERIAL)]) != _XERIAL:
        yield data
        return
    at = len(_XERIAL)
    while at < len(data):
        [size] = struct.unpack_from(">i", data, at)
        if not 0 < size <= len(data) - at - 4:
            raise NotRead(NOT_UNPACKED)
        yield data[at + 4 : at + 4 + size]
        at += 4 + size


_UNPACK: Final[dict[int, Unpack]] = {
    1: cramjam.gzip.decompress_into,
    2: _unpack_snappy,
    3: cramjam.lz4.decompress_into,
    4: cramjam.zstd.decompress_into,
}
"""By Kafka's number of the codec."""


def take_apart_by_ourselves() -> None:
    """From now on aiokafka's clients in this process take apart by the above what they fetch.

    aiokafka 0.14 has no door for it; a test on a broker tells when it looks elsewhere.
    """
    setattr(fetcher, "MemoryRecords", Batches)  # noqa: B010  (it is declared to be aiokafka's own)
