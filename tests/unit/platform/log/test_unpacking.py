"""A batch that cannot be read ends with itself: what is before and behind it is read as ever."""

import gzip
import struct
from collections.abc import Iterable

import cramjam
import pytest
from aiokafka.codec import lz4_encode, snappy_encode, zstd_encode
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from beaconfire_platform.log.kafka.unpacking import (
    ILLEGIBLE,
    NO_CHECKSUM,
    NO_CODEC,
    NOT_OF_TODAY,
    NOT_TAKEN_APART,
    NOT_UNPACKED,
    NOT_WHOLE,
    TOO_LARGE,
    UNPACKED_BYTES_MAX,
    Batches,
    Lost,
    LostRecord,
)

HEADER = 61
PACK = {
    "gzip": (1, gzip.compress),
    "snappy": (2, snappy_encode),
    "snappy in one block": (2, lambda data: bytes(cramjam.snappy.compress_raw(data))),
    "lz4": (3, lz4_encode),
    "zstd": (4, zstd_encode),
}


def a_batch(first: int, values: Iterable[bytes]) -> bytes:
    """A sound one, as a broker keeps it."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 2**30)
    for number, value in enumerate(values):
        builder.append(number, 1_600_000_000_000, b"k", value, [("x", b"y")])
    return at_offset(first, bytes(builder.build()))


def at_offset(first: int, batch: bytes) -> bytes:
    return struct.pack(">q", first) + batch[8:]


def packed(batch: bytes, codec: int, body: bytes) -> bytes:
    """The same with another body, and a checksum that fits."""
    made = bytearray(batch[:HEADER] + body)
    struct.pack_into(">i", made, 8, len(made) - 12)
    struct.pack_into(">h", made, 21, codec)
    return summed(made)


def summed(batch: bytearray) -> bytes:
    struct.pack_into(">I", batch, 17, crc32c(bytes(batch[21:])))
    return bytes(batch)


def crc32c(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x82F63B78 * (crc & 1)
    return crc ^ 0xFFFFFFFF


def read(data: bytes) -> list[tuple[int, bytes | str]]:
    """Offset and value of each record; why, for one in whose place something is lost."""
    found: list[tuple[int, bytes | str]] = []
    batches = Batches(data)
    while batches.has_next():
        batch = batches.next_batch()
        assert batch.validate_crc()
        for one in batch:
            lost = isinstance(one, LostRecord)
            found.append((one.offset, one.checksum.told if lost else one.value))
    return found


BEFORE, BEHIND = a_batch(0, [b"a", b"b"]), a_batch(5, [b"f"])
SOUND = [(0, b"a"), (1, b"b")]
LAST = [(5, b"f")]
MIDDLE = a_batch(2, [b"c", b"d", b"e"])


@pytest.mark.parametrize("codec", PACK)
def test_whatever_it_is_packed_with_it_is_read(codec: str) -> None:
    number, pack = PACK[codec]

    found = read(BEFORE + packed(MIDDLE, number, pack(MIDDLE[HEADER:])) + BEHIND)

    assert found == [*SOUND, (2, b"c"), (3, b"d"), (4, b"e"), *LAST]


@pytest.mark.parametrize("codec", PACK)
def test_one_that_unpacks_to_too_much_is_lost_alone(codec: str) -> None:
    number, pack = PACK[codec]
    large = a_batch(2, [b"", bytes(UNPACKED_BYTES_MAX), b""])

    found = read(BEFORE + packed(large, number, pack(large[HEADER:])) + BEHIND)

    assert found == [*SOUND, (4, f"{TOO_LARGE} (offsets 2 to 4)"), *LAST]


@pytest.mark.parametrize("codec", PACK)
@pytest.mark.parametrize("body", [b"", b"garbage " * 9, None])
def test_one_that_cannot_be_unpacked_is_lost_alone(codec: str, body: bytes | None) -> None:
    number, pack = PACK[codec]
    cut = pack(MIDDLE[HEADER:])[:-3]

    [*before, (offset, why), last] = read(
        BEFORE + packed(MIDDLE, number, cut if body is None else body) + BEHIND
    )

    assert (before, offset, [last]) == (SOUND, 4, LAST)
    assert why in {f"{one} (offsets 2 to 4)" for one in (NOT_UNPACKED, NOT_TAKEN_APART)}


@pytest.mark.parametrize("codec", [5, 6, 7])
def test_a_codec_that_is_not_known_loses_its_batch(codec: int) -> None:
    found = read(BEFORE + packed(MIDDLE, codec, b"?") + BEHIND)

    assert found == [*SOUND, (4, f"{NO_CODEC} (offsets 2 to 4)"), *LAST]


@pytest.mark.parametrize("place", [17, 22, 25, 26, 30, 57, 60, HEADER, -1])
def test_a_bit_that_fell_over_loses_its_batch_and_no_other(place: int) -> None:
    broken = bytearray(MIDDLE)
    broken[place] ^= 0x40

    assert read(BEFORE + bytes(broken) + BEHIND) == [
        *SOUND, (4, f"{NO_CHECKSUM} (offsets 2 to 4)"), *LAST,
    ]  # fmt: skip


def test_at_the_end_a_broken_one_is_believed_about_its_end_only_where_it_agrees_with_itself() -> (
    None
):
    whole, unlike = bytearray(MIDDLE), bytearray(MIDDLE)
    whole[-1] ^= 1
    unlike[24] ^= 0x40

    assert read(bytes(whole)) == [(4, f"{NO_CHECKSUM} (offsets 2 to 4)")]
    assert read(bytes(unlike)) == [(2, NO_CHECKSUM)]


def test_what_is_before_the_record_that_cannot_be_taken_apart_is_read() -> None:
    broken = bytearray(MIDDLE)
    at = broken.index(b"\x02x", broken.index(b"d"))
    broken[at + 1] = 0xFF
    shorter = bytearray(MIDDLE)
    struct.pack_into(">i", shorter, 57, 2)

    assert read(BEFORE + summed(broken) + BEHIND) == [
        *SOUND, (2, b"c"), (4, f"{ILLEGIBLE} (offsets 3 to 4)"), *LAST,
    ]  # fmt: skip
    assert read(BEFORE + summed(shorter) + BEHIND) == [
        *SOUND, (2, b"c"), (3, b"d"), (4, NOT_TAKEN_APART), *LAST,
    ]  # fmt: skip


def test_a_format_of_long_ago_is_said_to_be_one() -> None:
    old = bytearray(MIDDLE)
    old[16] = 1

    assert read(BEFORE + bytes(old) + BEHIND) == [
        *SOUND, (4, f"{NOT_OF_TODAY} (offsets 2 to 4)"), *LAST,
    ]  # fmt: skip


@pytest.mark.parametrize("size", [-1, 0, 20, 2**31 - 1])
def test_one_whose_length_is_none_is_not_waited_for(size: int) -> None:
    broken = bytearray(MIDDLE)
    struct.pack_into(">i", broken, 8, size)

    assert read(bytes(broken)) == [(2, NOT_WHOLE)]
    assert read(BEFORE + bytes(broken)) == SOUND
    assert read(b"") == []


def test_a_batch_that_is_cut_off_comes_the_next_time() -> None:
    assert read(BEFORE + MIDDLE[:-1]) == SOUND


def test_only_so_much_is_unpacked_at_once() -> None:
    half = a_batch(0, [bytes(UNPACKED_BYTES_MAX // 2)])
    number, pack = PACK["zstd"]
    one = packed(half, number, pack(half[HEADER:]))
    data = b"".join(at_offset(offset, one) for offset in range(10))

    assert [offset for offset, _ in read(data)] == [0, 1]


def test_one_record_is_told_without_its_offset_and_several_with_theirs() -> None:
    assert Lost(7, 8, "why").told == "why"
    assert Lost(7, 9, "why").told == "why (offsets 7 to 8)"
