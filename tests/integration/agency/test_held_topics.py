"""One body's topic that nothing can be published on holds up that body alone, and is named."""

import asyncio
import json
import os
import random
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import replace
from typing import Any, Final

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAuthorizationFailedError
from prometheus_client import REGISTRY

from beaconfire_agency.adapters.held_topics import Held, HeldTopics, waiting_bodies
from beaconfire_agency.adapters.shared_topics import KEPT, SharedTopics, source_for, tidy
from beaconfire_contracts.envelope import LogPosition
from beaconfire_contracts.topics import SHARED_PARTITIONS
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.publisher import RelayFenced, Sending
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_platform.log.kafka.topics import Topic, make_topics
from beaconfire_platform.process.health import Health
from beaconfire_platform.process.measures import measure_relays
from beaconfire_platform.process.running import Running
from beaconfire_testkit.kafka_secure import OPERATOR, SecureBroker

from .subscribers import opened, placed
from .test_shared_topics import of, publishing, records, subscribed

MINUTE_MS: Final = 60_000
WEEK_MS: Final = int(KEPT.total_seconds() * 1_000)
SHARED: Final = "beaconfire_agency.adapters.shared_topics"
LOOKS: Final = "beaconfire_agency.adapters.looks"
_LEFT: Final = """
    select exists (select from topic_held) or exists (
        select from shared_event e left join relayed r on r.topic = $1
        where (e.txid, e.row) > (coalesce(r.txid, 0), coalesce(r.row, 0)))
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looked for again at once, sent in small batches, taken over without waiting."""
    monkeypatch.setattr("beaconfire_platform.log.lease.LIFE_S", 0.6)
    monkeypatch.setattr(f"{LOOKS}.LOOK_AGAIN_S", 0.05)
    monkeypatch.setattr(f"{LOOKS}.LOOK_AGAIN_S_MAX", 0.2)
    monkeypatch.setattr(f"{SHARED}.BATCH_ROWS_MAX", 4)


async def until(is_so: Any) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(30):
        while not is_so():  # noqa: ASYNC110  (health tells nobody)
            await asyncio.sleep(0.02)


async def tell(centre: Any, *bodies: dict[str, Any]) -> None:
    """An incident of each of these, shared."""
    await centre.under_test.tell(*(opened(one["id"], "root") for one in bodies))
    await centre.under_test.catch_up()


async def keep_for(
    settings: KafkaSettings, code: str, kept_ms: int, *, record_bytes: int | None = None
) -> None:
    """What somebody sets on a topic that is there."""
    admin = AIOKafkaAdminClient(**settings.client("test"))
    await admin.start()
    configs = {
        "cleanup.policy": "delete", "retention.ms": str(kept_ms), "retention.bytes": "-1",
        "min.insync.replicas": "1", "unclean.leader.election.enable": "false",
    }  # fmt: skip
    if record_bytes is not None:
        configs["max.message.bytes"] = str(record_bytes)
    name = settings.topic(source_for(code))
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=configs)])
    await admin.close()


def versions(found: Sequence[Any]) -> dict[bytes, list[int]]:
    """What came of each key, in order."""
    told: dict[bytes, list[int]] = {}
    for one in found:
        told.setdefault(one.key, []).append(int(dict(one.headers)["ce_keyversion"]))
    return told


def gauge(topic: str) -> float | None:
    """What a scrape finds of a topic."""
    labels = {"relay": "relay_shared", "topic": topic}
    return REGISTRY.get_sample_value("beaconfire_relay_topic_unfit", labels)


async def test_a_topic_that_keeps_too_little_holds_up_its_body_alone_until_it_is_mended(
    centre: Any, kafka: str
) -> None:
    settings = of(kafka)
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    await make_topics(settings, [Topic(source_for("power"), SHARED_PARTITIONS, MINUTE_MS)])
    name = settings.topic(source_for("power"))
    why = f"{name} has retention.ms={MINUTE_MS} instead of {WEEK_MS}"
    await tell(centre, power, water)

    async with publishing(centre, settings) as topics:
        of_water = await records(settings, "water", 2)
        await tell(centre, *[power, water] * 5)
        more_of_water = await records(settings, "water", 7)
        of_power = await records(settings, "power", 0)
        health = Health(
            centre.under_test.ground.database.pool, [], Running(),
            relays={"relay_shared": topics.health},
        )  # fmt: skip
        ready, parts = await health.findings()
        unfit = dict(topics.health.unfit)
        measure_relays(health.relays)
        is_unfit = gauge(name)
        await keep_for(settings, "power", WEEK_MS)
        at_last = await records(settings, "power", 7)
        await until(lambda: not topics.health.unfit)
        await tell(centre, power)
        then = await records(settings, "power", 8)
        measure_relays(health.relays)

    assert (len(of_water), len(more_of_water), len(of_power)) == (2, 7, 0)
    assert ready
    assert unfit == {name: why}
    assert parts["relay_shared"]["unfit"] == 1
    assert "power" not in json.dumps(parts), "whoever asks need not be signed in"
    assert parts["relay_shared"]["failing"] is None
    assert (is_unfit, gauge(name)) == (1, 0)
    assert set(map(tuple, versions(at_last).values())) == {(1,)}
    assert (len(at_last), len(then)) == (7, 8)
    assert await held(centre) == []


async def test_whoever_takes_over_goes_on_with_the_others_and_knows_who_waits(
    centre: Any, kafka: str
) -> None:
    settings = of(kafka)
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    await make_topics(settings, [Topic(source_for("power"), 1, WEEK_MS)])
    async with publishing(centre, settings) as topics:
        await records(settings, "water", 1)
        await until(lambda: topics.health.unfit)
    await tell(centre, power, water)

    async with publishing(centre, settings) as topics:
        of_water = await records(settings, "water", 2)
        unfit = dict(topics.health.unfit)

    name = settings.topic(source_for("power"))
    assert len(of_water) == 2
    assert unfit == {name: f"{name} has 1 partitions instead of {SHARED_PARTITIONS}"}
    assert [one["code"] for one in await held(centre)] == ["power"]


@pytest.mark.apart
async def test_a_topic_on_which_agency_may_not_write_holds_up_its_body_alone(
    centre: Any, secure_kafka: SecureBroker
) -> None:
    prefix = f"h{os.getpid()}-{new_id()[-8:]}"
    password = await secure_kafka.add_user(prefix)
    shared = f"{prefix}.shared."
    await secure_kafka.allow(prefix, "CREATE", "DESCRIBE", topic=shared, prefix=True)
    settings = KafkaSettings(
        secure_kafka.bootstrap, SASL_SSL, prefix, password, secure_kafka.ca_file, prefix
    )
    of_power, of_water = (settings.topic(source_for(one)) for one in ("power", "water"))
    await secure_kafka.allow(prefix, "WRITE", topic=of_water)
    reading = replace(settings, username=OPERATOR, password=secure_kafka.passwords[OPERATOR])
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")

    async with publishing(centre, settings) as topics:
        await tell(centre, *[power, water] * 5)
        found = await records(reading, "water", 6)
        unfit = dict(topics.health.unfit)
        await secure_kafka.allow(prefix, "WRITE", topic=of_power)
        at_last = await records(reading, "power", 6)
        await until(lambda: not topics.health.unfit)

    assert unfit == {of_power: "TopicAuthorizationFailedError"}
    assert (len(versions(found)), len(versions(at_last))) == (6, 6)


class Mortal(SharedTopics):
    """It may die as a process does; of some topics brokers refuse what is sent, sooner or later."""

    is_dead = False
    refused: frozenset[str] = frozenset()
    refused_later: frozenset[str] = frozenset()
    _broken: frozenset[str] = frozenset()
    """After a refusal the sequence of a producer has a hole: brokers take nothing behind it."""

    async def _hand(self, producer: AIOKafkaProducer, row: Any) -> Sending:
        code = row["code"]
        if code in self._held:
            self._broken -= {code}
        if code in self.refused:
            raise TopicAuthorizationFailedError(code)
        if code in self.refused_later or code in self._broken:
            self._broken |= {code}
            later: Sending = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_later(random.uniform(0, 0.05), _refuse, later, code)
            return later
        return await super()._hand(producer, row)

    async def close(self) -> None:
        """As ever, while it lives."""
        if not self.is_dead:
            await super().close()

    async def bury(self) -> None:
        """Close at last what it left open."""
        await self._discard()


def _refuse(later: Sending, code: str) -> None:
    if not later.done():
        later.set_exception(TopicAuthorizationFailedError(code))


class Forgetful(Mortal):
    """The planted fault: who waits does so from what was sent, whatever became of that."""

    async def _hold(self, code: str, body: str, error: BaseException) -> None:
        at = self.health.at if self._flying is None else self._flying.sent
        await self._held.hold(self._lease.fence, code, Held(body, at, type(error).__name__))


@asynccontextmanager
async def dying(kind: type[Mortal], centre: Any, settings: KafkaSettings) -> AsyncGenerator[Mortal]:
    """A relay that is killed at the end, giving nothing back."""
    database = centre.under_test.ground.database
    topics = kind(database, settings, new_id(), Presence(settings))
    running = asyncio.create_task(topics.run())
    try:
        yield topics
    finally:
        topics.is_dead = True
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await topics.bury()


async def unruly(kind: type[Mortal], centre: Any, settings: KafkaSettings, seed: int) -> set[str]:
    """Relays that die beside topics that fail; the bodies that were not told all in order."""
    chance = random.Random(seed)
    bodies = [await subscribed(centre, f"{code}{seed}") for code in ("power", "water", "gas")]
    codes = [one["code"] for one in bodies]
    fires = {one["code"]: opened(one["id"], "root") for one in bodies}
    await centre.under_test.tell(*fires.values())
    told = dict.fromkeys(codes, 1)
    for _ in range(3):
        async with dying(kind, centre, settings) as topics:
            for _ in range(6):
                topics.refused = frozenset(one for one in codes if chance.random() < 0.2)
                topics.refused_later = frozenset(one for one in codes if chance.random() < 0.3)
                for code in chance.choices(codes, k=chance.randrange(1, 7)):
                    told[code] += 1
                    await centre.under_test.tell(placed(fires[code], f"root.d{told[code]}"))
                await centre.under_test.catch_up()
                await asyncio.sleep(chance.uniform(0, 0.15))
    async with publishing(centre, settings) as topics:
        async with asyncio.timeout(30):
            pool, name = centre.under_test.ground.database.pool, f"{settings.prefix}.shared"
            while await pool.fetchval(_LEFT, name):  # noqa: ASYNC110  (rows tell nobody)
                await asyncio.sleep(0.05)
        found = {code: versions(await everything(settings, code)) for code in codes}
    return {
        code
        for code in codes
        if [*dict.fromkeys(found[code][fires[code].incident_id.encode()])]
        != list(range(1, told[code] + 1))
    }


async def everything(settings: KafkaSettings, code: str) -> Sequence[Any]:
    """All that is on a body's topic."""
    found: list[Any] = []
    async with AIOKafkaConsumer(
        settings.topic(source_for(code)), **settings.client("test"), group_id=None,
        auto_offset_reset="earliest",
    ) as consumer:  # fmt: skip
        ends = await consumer.end_offsets(list(consumer.assignment()))
        async with asyncio.timeout(30):
            while any([await consumer.position(one) < end for one, end in ends.items()]):
                for some in (await consumer.getmany(timeout_ms=200)).values():
                    found.extend(some)
    return found


@pytest.mark.parametrize("seed", range(3))
async def test_however_topics_fail_and_relays_die_each_body_is_told_all_in_order(
    centre: Any, kafka: str, seed: int
) -> None:
    assert await unruly(Mortal, centre, of(kafka), seed) == set()
    assert await held(centre) == []


async def test_one_that_forgets_what_flew_when_a_topic_failed_is_caught(
    centre: Any, kafka: str
) -> None:
    settings = of(kafka)

    for seed in range(5):
        if await unruly(Forgetful, centre, settings, seed):
            return

    pytest.fail("nothing was lost")


async def test_what_waits_is_not_dropped_when_it_is_older_than_topics_keep(centre: Any) -> None:
    database = centre.under_test.ground.database
    power = await subscribed(centre, "power")
    await subscribed(centre, "water")
    await database.pool.execute("update shared_event set time = time - interval '8 days'")
    await database.pool.execute(
        "insert into relayed (topic, epoch, txid, row, fence) values ('x.shared', 1, $1, 0, 1)",
        2**40,
    )
    topics = HeldTopics(database, "x.shared")
    await topics.hold(1, "power", Held(power["id"], LogPosition(1, 0, 0), "unfit"))

    async with database.pool.acquire() as connection:
        await tidy(connection)

    left = await database.pool.fetch("select body::text from shared_event")
    assert [one["body"] for one in left] == [power["id"]]


async def test_whoever_looks_is_told_who_waits_since_when_why_and_for_how_much(
    centre: Any,
) -> None:
    database = centre.under_test.ground.database
    power, water = await subscribed(centre, "power"), await subscribed(centre, "water")
    await tell(centre, power, water, power)
    at = await database.pool.fetchrow(
        "select txid, row from shared_event where body = $1::text::uuid order by txid, row limit 1",
        power["id"],
    )
    await database.pool.execute(
        "insert into relayed (topic, epoch, txid, row, fence) values ('x.shared', 1, 0, 0, 1)"
    )
    topics = HeldTopics(database, "x.shared")
    place = LogPosition(1, at["txid"], at["row"])
    async with database.pool.acquire() as connection:
        nobody = await waiting_bodies(connection, 10)
        await topics.hold(1, "power", Held(power["id"], place, "unfit"))
        [waiting] = await waiting_bodies(connection, 10)
        [counted_no_further] = await waiting_bodies(connection, 1)
        await topics.release(1, "power")
        again = await waiting_bodies(connection, 10)
    all_of_power = await database.pool.fetchval(
        "select count(*) from shared_event where body = $1::text::uuid", power["id"]
    )

    assert (nobody, again) == ([], [])
    assert (waiting.code, waiting.name_zh, waiting.name_en, waiting.why) == (
        "power", power["name_zh"], power["name_en"], "unfit",
    )  # fmt: skip
    assert (waiting.events, counted_no_further.events) == (all_of_power - 1, 1)
    assert all_of_power > 2
    assert waiting.since.tzinfo is not None


async def test_a_relay_that_was_overtaken_lets_nobody_wait_and_nobody_go_on(centre: Any) -> None:
    database = centre.under_test.ground.database
    power = await subscribed(centre, "power")
    await database.pool.execute(
        "insert into relayed (topic, epoch, txid, row, fence) values ('x.shared', 1, 0, 0, 2)"
    )
    waits = Held(power["id"], LogPosition(1, 3, 4), "unfit")
    ours, theirs = HeldTopics(database, "x.shared"), HeldTopics(database, "x.shared")
    with pytest.raises(RelayFenced):
        await theirs.hold(1, "power", waits)
    nobody = await held(centre)
    await ours.hold(2, "power", waits)
    await theirs.load(1)

    for attempt in (theirs.move(1, "power", LogPosition(1, 9, 9)), theirs.release(1, "power")):
        with pytest.raises(RelayFenced):
            await attempt

    [row] = await held(centre)
    assert nobody == []
    assert (row["txid"], row["row"], row["why"]) == (3, 4, "unfit")


class Late(HeldTopics):
    """What was written on one connection is heard of after what was written on another since."""

    async def _written(self, statement: str, fence: int, *given: Any) -> Any:
        found = await super()._written(statement, fence, *given)
        if "insert into topic_held" in statement:
            await asyncio.sleep(0.2)
        return found


class Hasty(Late):
    """The planted fault: it lets several write at once."""

    def __init__(self, database: Any, relay: str) -> None:
        super().__init__(database, relay)
        self._one_writes: Any = nullcontext()


@pytest.mark.parametrize(("kind", "agrees"), [(Late, True), (Hasty, False)])
async def test_whoever_waits_in_the_rows_waits_in_memory_in_whatever_order_answers_come(
    centre: Any, kind: type[HeldTopics], *, agrees: bool
) -> None:
    database = centre.under_test.ground.database
    power = await subscribed(centre, "power")
    await database.pool.execute(
        "insert into relayed (topic, epoch, txid, row, fence) values ('x.shared', 1, 0, 0, 2)"
    )
    waits = Held(power["id"], LogPosition(1, 3, 4), "unfit")
    topics = kind(database, "x.shared")
    await topics.hold(2, "power", waits)

    late = asyncio.create_task(topics.hold(2, "power", waits))
    await asyncio.sleep(0.1)
    await topics.release(2, "power")
    await late

    in_rows = {one["code"] for one in await held(centre)}
    assert (in_rows == topics.codes) is agrees


async def held(centre: Any) -> Sequence[Any]:
    """Who waits, as the rows say."""
    return await centre.under_test.ground.database.pool.fetch(
        "select b.code, h.* from topic_held h join body b on b.id = h.body"
    )
