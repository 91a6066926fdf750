"""Whatever lies on a topic: what is no fact goes to quarantine, what cannot be read waits, and

facts after it take effect. No consumer ends, and nothing of what came is repeated in a log.
"""

import asyncio
from pathlib import Path
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.record import default_records
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from beaconfire_contracts.envelope import Cause, LogPosition
from beaconfire_contracts.topics import PARTITIONS
from beaconfire_platform.codec import FACT_BYTES_MAX, encode
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.kafka import reader as reader_module
from beaconfire_platform.log.kafka.record import VERSION_MAX, record_headers
from beaconfire_platform.log.kafka.unpacking import (
    ILLEGIBLE,
    NO_CHECKSUM,
    TOO_LARGE,
    UNPACKED_BYTES_MAX,
)
from beaconfire_platform.process.measures import measure_consumers
from beaconfire_testkit.kafka import Broker
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import WRITER, a_fact

SECRET: Final = "canary-7f3a"
Headers = list[tuple[str, bytes | None]]
CODECS: Final = ("gzip", "snappy", "lz4", "zstd")
PARKED: Final = "parked"
IGNORED: Final = "ignored"


def value_of(key: str = "bad") -> bytes:
    """A right fact's bytes."""
    return encode(a_fact(key)).encode()


def but(**changed: str | bytes | None) -> Headers:
    """The headers of a right record of the key `bad`, some changed or, for None, absent."""
    row = {
        "id": new_id(), "source": WRITER, "type": "beaconfire.geo.layer-released.v1",
        "key": "bad", "key_version": 1, "time": a_fact("bad").released_at, "owner": SECRET,
        "division": None, "sensitivity": "internal", "cause": encode(Cause("test", SECRET)),
    }  # fmt: skip
    told: dict[str, str | bytes | None] = dict(record_headers(row))
    told |= {name.replace("__", "-"): value for name, value in changed.items()}
    return [
        (name, value.encode() if isinstance(value, str) else value)
        for name, value in told.items() if value is not None
    ]  # fmt: skip


BAD: Final[dict[str, tuple[Any, Any, Headers, str]]] = {
    "garbage": (b"bad", f"\x00{SECRET}".encode(), [], "the attribute id is missing"),
    "nothing at all": (None, b"", [], "the attribute id is missing"),
    "wrong content type": (
        b"bad", value_of(), but(content__type="text/plain"), "its content type is not JSON",
    ),
    "no content type": (
        b"bad", value_of(), but(content__type=None), "its content type is not JSON",
    ),
    "no id": (b"bad", value_of(), but(ce_id=None), "the attribute id is missing"),
    "no source": (b"bad", value_of(), but(ce_source=None), "the attribute source is missing"),
    "no type": (b"bad", value_of(), but(ce_type=None), "the attribute type is missing"),
    "no specversion": (
        b"bad", value_of(), but(ce_specversion=None), "the attribute specversion is missing",
    ),
    "no subject": (b"bad", value_of(), but(ce_subject=None), "its key is not its subject"),
    "no version": (
        b"bad", value_of(), but(ce_keyversion=None), "its keyversion is no number from 1 on",
    ),
    "no time": (b"bad", value_of(), but(ce_time=None), PARKED),
    "no actor": (b"bad", value_of(), but(ce_actor=None), PARKED),
    "no sensitivity": (b"bad", value_of(), but(ce_sensitivity=None), PARKED),
    "too large": (
        b"bad", SECRET.encode() * (FACT_BYTES_MAX // 5), but(), "it is larger than a fact may be",
    ),
    "unknown type": (b"bad", b"{}", but(ce_type="beaconfire.geo.never-heard-of.v1"), IGNORED),
    "future major": (b"bad", b"{}", but(ce_type="beaconfire.geo.layer-released.v2"), PARKED),
    "no record key": (None, value_of(), but(), "its key is not its subject"),
    "another record key": (b"other", value_of(), but(), "its key is not its subject"),
    "another fact's key": (
        b"bad", value_of("other"), but(), "its subject is not the fact's own key",
    ),
    "another source": (
        b"bad", value_of(), but(ce_source="agency", ce_type="beaconfire.agency.access-revoked.v1"),
        "its source and type are not those of its topic",
    ),
    "version 0": (
        b"bad", value_of(), but(ce_keyversion="0"), "its keyversion is no number from 1 on",
    ),
    "version below 0": (
        b"bad", value_of(), but(ce_keyversion="-1"), "its keyversion is no number from 1 on",
    ),
    "a huge version": (b"bad", value_of(), but(ce_keyversion=str(VERSION_MAX)), PARKED),
    "a version without end": (
        b"bad", value_of(), but(ce_keyversion="0" * 19 + "1" + "9" * 99),
        "its keyversion is no number from 1 on",
    ),
    "a header twice": (b"bad", value_of(), [*but(), ("ce_id", b"x")], "a header comes twice"),
    "a header that is not UTF-8": (
        b"bad", value_of(), but(ce_owner=b"\xff\xfe"), "a header is not UTF-8",
    ),
    "a header without value": (
        b"bad", value_of(), [*but(), ("x", None)], "a header has no value",
    ),
    "a control character": (
        b"b\x00", value_of(), but(ce_subject="b\x00"), "an attribute holds a control character",
    ),
    "an id that is none": (b"bad", value_of(), but(ce_id="x"), "its id is no UUID"),
    "structured and broken": (
        b"bad", b"{", [("content-type", b"application/cloudevents+json")],
        "its JSON cannot be read",
    ),
    "a tombstone": (b"bad", None, but(), PARKED),
    "nested without end": (b"bad", b'{"x":' + b"[" * 200_000, but(), PARKED),
    "bytes that are not UTF-8": (b"bad", b'{"layer": "\xff"}', but(), PARKED),
    "specversion 0.3": (b"bad", value_of(), but(ce_specversion="0.3"), "specversion is not 1.0"),
}  # fmt: skip


async def _runs(harness: KafkaHarness, consumer: Consumer, settled: int) -> None:
    """Let a consumer run as ever until it is through with so many records."""
    run = asyncio.create_task(consumer.run())
    try:
        async with asyncio.timeout(30):
            while _through(consumer) < settled and not run.done():
                await harness.bell.wait(0.01)
        assert not run.done()
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


def _through(consumer: Consumer) -> int:
    health = consumer.health
    return health.applied + health.ignored + health.parked + health.quarantined + health.skipped


async def _quarantined(harness: KafkaHarness) -> list[str]:
    rows = await harness.reader.pool.fetch("select reason from quarantine order by shard, row")
    return [row["reason"] for row in rows]


def _metrics(consumer: Consumer) -> dict[str, float | None]:
    """What the process says on `/metrics` of what had no effect."""
    measure_consumers([consumer])
    return {
        fate: REGISTRY.get_sample_value(f"beaconfire_consumer_{fate}", {"consumer": consumer.name})
        for fate in (PARKED, IGNORED, "quarantined")
    }


@pytest.mark.parametrize("name", BAD)
async def test_it_harms_nobody_and_is_not_passed_over_in_silence(
    harness: KafkaHarness, name: str
) -> None:
    key, value, headers, fate = BAD[name]
    await harness.tell("good")
    await harness.published()
    await harness.put(key, value, headers, partition=0)
    await harness.tell("good")
    await harness.published()
    consumer = harness.consumer("steady")

    with capture_logs() as said:
        await _runs(harness, consumer, 3)

    assert (await harness.trace("steady")).effects == [("good", 1), ("good", 2)]
    assert SECRET not in str(said)
    metric = fate if fate in (PARKED, IGNORED) else "quarantined"
    assert _metrics(consumer) == dict.fromkeys((PARKED, IGNORED, "quarantined"), 0) | {metric: 1}
    if fate == PARKED:
        assert [one[0] for one in await harness.parked("steady")] == ["bad"]
        [line] = [one for one in said if one["event"] == "fact_parked"]
        assert (line["consumer"], line["key"], line["log_level"]) == ("steady", "bad", "error")
        assert ("ce_type", line["type"].encode()) in headers
        assert ("upgrade" in line) == (name == "future major")
    elif fate == IGNORED:
        [line] = [one for one in said if one["event"] == "fact_type_unknown"]
        assert (line["consumer"], line["type"]) == ("steady", "beaconfire.geo.never-heard-of.v1")
        assert (line["key"], "at" in line) == ("bad", True)
    else:
        assert await _quarantined(harness) == [fate]
        [line] = [one for one in said if one["event"] == "record_quarantined"]
        assert (line["shard"], line["reason"]) == (f"{harness.topic}/0", fate)
        place = await harness.reader.pool.fetchrow("select epoch, txid, row from quarantine")
        assert place is not None
        assert line["at"] == LogPosition(*place).text()


async def test_all_of_them_at_once_in_one_batch(harness: KafkaHarness) -> None:
    for key, value, headers, _ in BAD.values():
        await harness.put(key, value, headers)
    await harness.tell("good")
    await harness.published()
    consumer = harness.consumer("steady", batch=200)

    await _runs(harness, consumer, len(BAD) + 1)

    wanted = sorted(fate for *_, fate in BAD.values() if fate not in (PARKED, IGNORED))
    assert sorted(await _quarantined(harness)) == wanted
    assert (await harness.trace("steady")).effects == [("good", 1)]


class Illegible(str):
    """A header's name that is not UTF-8 when it is sent."""

    __slots__ = ()

    def encode(self, *_how: str) -> bytes:  # type: ignore[override]  # as bytes nobody can read
        return b"\xff\xfe"


async def _put_illegible(harness: KafkaHarness, partition: int, key: str) -> None:
    """A batch of two right records with one between them that has such a header."""
    async with AIOKafkaProducer(**harness.settings.client("test")) as producer:
        batch = producer.create_batch()
        builder = vars(default_records)["_DefaultRecordBatchBuilderPy"]
        vars(batch)["_builder"] = builder(2, 0, 0, -1, -1, -1, 16_384)
        bad: Headers = [(Illegible("x"), b"x")]
        for headers in (_of(key, 1), bad, _of(key, 2)):
            batch.append(key=key.encode(), value=value_of(key), timestamp=None, headers=headers)
        batch.close()
        sent = await producer.send_batch(batch, harness.topic, partition=partition)
        await sent


def _of(key: str, version: int) -> Headers:
    return but(ce_id=new_id(), ce_subject=key, ce_keyversion=str(version))


@pytest.mark.parametrize("first", [True, False])
async def test_a_name_of_a_header_that_the_client_cannot_read_harms_its_own_batch_alone(
    harness: KafkaHarness, *, first: bool
) -> None:
    """The client stumbles over it, whatever else it had read by then."""
    if not first:
        await harness.tell("good", "other")
        await harness.published()
    async with asyncio.timeout(30):
        while not harness.relay.health.is_active:  # noqa: ASYNC110  (what could be ours stops it)
            await asyncio.sleep(0.01)
    for partition in range(PARTITIONS):
        await _put_illegible(harness, partition, f"x{partition}")
    for _ in range(2):
        await harness.tell("good", "other")
    await harness.published()
    consumer = harness.consumer("steady", batch=200)

    await _runs(harness, consumer, 2 * PARTITIONS + (4 if first else 6))

    found = await _quarantined(harness)
    assert len(found) == PARTITIONS
    assert {one.partition(" (offsets ")[0] for one in found} == {ILLEGIBLE}
    before = {f"x{partition}": [1] for partition in range(PARTITIONS)}
    last = 2 if first else 3
    good = {"good": [*range(1, last + 1)], "other": [*range(1, last + 1)]}
    assert (await harness.trace("steady")).per_key() == good | before
    assert consumer.health.failures == 0


async def _pack_on_brokers(harness: KafkaHarness, codec: str) -> None:
    """An ordinary setting of a topic: brokers pack anew whatever comes."""
    wanted = await harness.set_on_topic() | {"compression.type": codec}
    admin = AIOKafkaAdminClient(**harness.settings.client("test"))
    await admin.start()
    try:
        await admin.alter_configs(
            [ConfigResource(ConfigResourceType.TOPIC, harness.topic, configs=wanted)]
        )
        while (await harness.set_on_topic()).get("compression.type") != codec:  # noqa: ASYNC110  (it tells nobody)
            await asyncio.sleep(0.02)
    finally:
        await admin.close()


async def _put_packed(harness: KafkaHarness, codec: str, value: bytes, partition: int) -> None:
    async with AIOKafkaProducer(
        **harness.settings.client("test"), compression_type=codec, max_request_size=2**26
    ) as producer:
        await producer.send_and_wait(harness.topic, value, b"x", partition=partition)


@pytest.mark.parametrize("codec", CODECS)
async def test_what_is_packed_in_any_way_of_kafka_is_read_and_judged_as_ever(
    harness: KafkaHarness, codec: str
) -> None:
    """One small record so packed stopped every consumer of every service."""
    await harness.tell("good", "other")
    await harness.published()
    for partition in range(PARTITIONS):
        await _put_packed(harness, codec, b"garbage " * 6, partition)
    await _pack_on_brokers(harness, codec)
    await harness.tell("good", "other")
    await harness.published()
    consumer = harness.consumer("steady")

    await _runs(harness, consumer, PARTITIONS + 4)

    assert await _quarantined(harness) == ["the attribute id is missing"] * PARTITIONS
    assert (await harness.trace("steady")).per_key() == {"good": [1, 2], "other": [1, 2]}
    assert consumer.health.failures == 0


@pytest.mark.parametrize("codec", CODECS)
async def test_what_unpacks_to_more_than_may_be_is_not_unpacked(
    harness: KafkaHarness, codec: str
) -> None:
    await _put_packed(harness, codec, bytes(8 * UNPACKED_BYTES_MAX), 0)
    await harness.tell("good")
    await harness.published()
    consumer = harness.consumer("steady")

    await _runs(harness, consumer, 2)

    assert await _quarantined(harness) == [TOO_LARGE]
    assert (await harness.trace("steady")).effects == [("good", 1)]


async def test_two_megabytes_on_every_partition_are_quarantined_and_facts_behind_them_taken(
    harness: KafkaHarness,
) -> None:
    """An answer of a broker is full by one of them; the others must not pass for broken."""
    keys = [f"k{number}" for number in range(24)]
    large = bytes(2_000_000)
    for partition in range(PARTITIONS):
        await harness.put(b"bad", large, but(), partition)
    await harness.tell(*keys)
    await harness.published()
    consumer = harness.consumer("steady")

    await _runs(harness, consumer, PARTITIONS + len(keys))

    assert await _quarantined(harness) == ["it is larger than a fact may be"] * PARTITIONS
    assert (await harness.trace("steady")).per_key() == {key: [1] for key in keys}
    assert consumer.health.failures == 0


async def test_what_a_disk_lost_is_quarantined_by_its_offsets_and_the_shard_goes_on(
    database: str, own_kafka: Broker
) -> None:
    """A batch whose bytes are others than were written, on every partition."""
    keys = [f"k{number}" for number in range(24)]
    async with KafkaHarness(database, own_kafka.bootstrap).running() as harness:
        for partition in range(PARTITIONS):
            await _put_batch(harness, partition, 3)
            _spoil(own_kafka.folder / "data" / f"{harness.topic}-{partition}")
        await harness.tell(*keys)
        await harness.published()
        consumer = harness.consumer("steady")

        with capture_logs() as said:
            await _runs(harness, consumer, PARTITIONS + len(keys))

        assert await _quarantined(harness) == [f"{NO_CHECKSUM} (offsets 0 to 2)"] * PARTITIONS
        assert (await harness.trace("steady")).per_key() == {key: [1] for key in keys}
        assert {one["event"] for one in said} == {"record_quarantined"}
        assert consumer.health.failures == 0


async def _put_batch(harness: KafkaHarness, partition: int, records: int) -> None:
    async with AIOKafkaProducer(**harness.settings.client("test")) as producer:
        batch = producer.create_batch()
        for _ in range(records):
            batch.append(key=b"x", value=b"garbage", timestamp=None)
        await (await producer.send_batch(batch, harness.topic, partition=partition))


def _spoil(folder: Path) -> None:
    """The last byte that was written is another."""
    file = folder / f"{0:020}.log"
    with file.open("r+b") as disk:
        disk.seek(-1, 2)
        last = disk.read(1)
        disk.seek(-1, 2)
        disk.write(bytes([last[0] ^ 1]))


async def test_what_has_no_time_is_judged_as_ever_and_is_no_new_beginning(
    harness: KafkaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brokers do not find it by its time; its partition was held to have begun anew for ever."""
    monkeypatch.setattr(reader_module, "LOOK_S", 0)
    async with AIOKafkaProducer(**harness.settings.client("test")) as producer:
        for partition in range(PARTITIONS):
            batch = producer.create_batch()
            batch.append(key=b"x", value=b"garbage", timestamp=-1)
            await (await producer.send_batch(batch, harness.topic, partition=partition))
    consumer = harness.consumer("steady")

    with capture_logs() as said:
        await _runs(harness, consumer, PARTITIONS)
        for _ in range(3):
            await harness.drain(consumer)
        await harness.tell("good")
        await harness.drain(consumer)
        await consumer.close()
        await harness.tell("good")
        await harness.drain(consumer)

    assert await _quarantined(harness) == ["the attribute id is missing"] * PARTITIONS
    assert (await harness.trace("steady")).effects == [("good", 1), ("good", 2)]
    assert {one["event"] for one in said} == {"record_quarantined"}
    assert consumer.health.skipped == 0
