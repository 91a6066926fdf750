"""P15: the picture dropped and read again from the log is the same, fast, and reaches nobody."""

from collections.abc import AsyncGenerator
from dataclasses import fields, replace
from typing import Any, Final

import asyncpg
import pytest

from beaconfire.commands.log import NOT_REBUILT
from beaconfire.commands.log_replay import REBUILT, NotNow, Replayed, replay, standing
from beaconfire.commands.log_status import SOURCES_OF
from beaconfire.node.instance import Instance
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts import Fact, key_of, spec_of
from beaconfire_contracts.facts.incident import IncidentHandled, IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.ground import Ground, Service
from beaconfire_platform.ids import new_id
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_situation.domain.fold import FOLDED
from beaconfire_situation.main import build
from beaconfire_situation.settings import SituationSettings
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest, running_service

MANY: Final = 6_000
AT_ONCE: Final = 500


async def _build(ground: Ground) -> Service:
    return await build(ground, SituationSettings())


@pytest.fixture
async def situation(database: str) -> AsyncGenerator[ServiceUnderTest]:
    async with running_service(database, REBUILT, _build) as running:
        yield running


def facts_of_every_kind(copies: int) -> list[Fact]:
    """Each kind of fact of the picture about things of its own, several times over."""
    found: list[Fact] = []
    for _ in range(copies):
        found.extend(_about(new_id(), kind) for kind in FOLDED)
    shared = IncidentId(new_id())
    opened = replace(an_example_of(IncidentOpened), incident_id=shared)
    return [*found, opened, replace(an_example_of(IncidentHandled), incident_id=shared)]


def _about(key: str, kind: type[Fact]) -> Fact:
    fact: Any = an_example_of(kind)
    field = spec_of(fact).key_field
    is_id = field.endswith("_id") and field in {one.name for one in fields(fact)}
    return replace(fact, **{field: key}) if is_id else fact


async def tell_many(situation: ServiceUnderTest, many: int) -> None:
    """Facts of a few hundred incidents, many a transaction."""
    keys = [IncidentId(new_id()) for _ in range(AT_ONCE)]
    opened, handled = an_example_of(IncidentOpened), an_example_of(IncidentHandled)
    locks, cause = [aggregate(key) for key in keys], Cause(actor="test", correlation_id="test")
    for round_ in range(many // AT_ONCE):
        fact: Any = handled if round_ else opened
        async with situation.databases["incident"].transaction(*locks, cause=cause) as tx:
            await tx.tell(*(replace(fact, incident_id=key) for key in keys))


async def again(database: str) -> Replayed:
    said: list[str] = []
    return await replay("a better fold", None, database, said.append)


async def test_what_is_read_again_is_what_was_folded_live(database: str) -> None:
    async with running_service(database, REBUILT, _build) as live:
        facts = facts_of_every_kind(3)
        await live.tell(*facts)
        await live.catch_up()
        journal = await _journal(database)
    done = await again(database)

    assert done.before == done.after
    assert done.facts == len(facts)
    assert (done.intents, done.parked) == (0, 0)
    again_and_filed = await _journal(database)
    assert again_and_filed[: len(journal)] == journal
    assert {one[-1] for one in again_and_filed[len(journal) :]} == {"situation:filing"}
    assert await _told(database) == len(facts)


async def test_what_was_told_and_not_read_when_the_service_stopped_is_no_difference(
    database: str,
) -> None:
    async with running_service(database, REBUILT, _build) as live:
        await live.tell(*facts_of_every_kind(1))
        await live.catch_up()
        await tell_many(live, AT_ONCE)
    done = await again(database)

    assert done.before == done.after
    assert done.facts > AT_ONCE


async def test_what_was_told_and_not_read_of_what_was_known_is_no_difference(
    database: str,
) -> None:
    key = IncidentId(new_id())
    async with running_service(database, REBUILT, _build) as live:
        live.service.consumers[0].early_s_max = 0.0
        await live.tell(replace(an_example_of(IncidentOpened), incident_id=key))
        await live.catch_up()
        await live.tell(replace(an_example_of(IncidentHandled), incident_id=key))
    done = await again(database)

    assert done.before == done.after
    assert done.facts == 2


async def test_it_says_how_fast_it_was_and_comes_out_the_same_each_time(
    database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with running_service(database, REBUILT, _build) as live:
        await tell_many(live, MANY)
    first = await again(database)
    second = await again(database)
    with capsys.disabled():
        print(f"\n{second.lines()[0]}")  # noqa: T201  (asked for: 5,000 a second, quiet machine)

    assert (first.facts, second.facts) == (MANY, MANY)
    assert second.before == first.after == second.after
    assert f"{second.rate:.0f} facts/s" in second.lines()[0]


async def test_a_picture_that_was_altered_by_hand_comes_back_right(database: str) -> None:
    async with running_service(database, REBUILT, _build) as live:
        await live.tell(*facts_of_every_kind(1))
        await live.catch_up()
    right = (await again(database)).after
    owner = await asyncpg.connect(database)
    await owner.execute("update situation.record set data = '{}' where kind = 'incident'")
    await owner.close()
    done = await again(database)

    assert done.before != right
    assert done.after == right
    assert "before it was" in done.lines()[1]
    assert not done.came
    assert "meanwhile" in replace(done, came=True).lines()[1]


async def test_the_clients_begin_anew_and_it_is_on_record(database: str) -> None:
    async with running_service(database, REBUILT, _build) as live:
        await live.tell(*facts_of_every_kind(1))
        await live.catch_up()
    owner = await asyncpg.connect(database)
    epoch = await owner.fetchval("select epoch from situation.head")
    fence = await owner.fetchval("select fence from situation.position")
    await again(database)
    audited = await owner.fetchrow("select action, actor from situation.audit")
    after = await owner.fetchval("select epoch from situation.head")
    fence_after = await owner.fetchval("select fence from situation.position")
    await owner.close()

    assert after != epoch
    assert fence_after > fence
    assert audited["action"] == "log.replay"
    assert audited["actor"].startswith("hand:")


async def test_while_the_service_runs_nothing_is_dropped(
    situation: ServiceUnderTest, database: str
) -> None:
    await situation.tell(*facts_of_every_kind(1))
    await situation.catch_up()

    with pytest.raises(NotNow, match="stop the node, or every instance of situation"):
        await again(database)
    assert await situation.ground.database.pool.fetchval("select count(*) from record")


async def test_while_a_node_runs_its_folder_is_refused(tmp_path: Any) -> None:
    held = Instance(tmp_path)
    try:
        with pytest.raises(CannotStart, match="is in use by the node"):
            async with standing(tmp_path, None, print):
                pass
    finally:
        held.release()


def test_every_other_consumer_is_refused_with_a_reason() -> None:
    assert NOT_REBUILT.keys() | {REBUILT} == SOURCES_OF.keys()


async def _journal(database: str) -> list[Any]:
    """The changes, without when they were applied."""
    owner = await asyncpg.connect(database)
    found = await owner.fetch(
        "select fact_id, pos, kind, id, source, version, data, sight_before, sight_after, actor "
        "from situation.journal order by pos"
    )
    await owner.close()
    return [tuple(one) for one in found]


async def _told(database: str) -> int:
    owner = await asyncpg.connect(database)
    told = await owner.fetchval("select count(*) from log.fact")
    await owner.close()
    return int(told)


def test_the_key_of_every_example_is_its_own() -> None:
    facts = facts_of_every_kind(2)

    assert len({key_of(one) for one in facts}) > len(FOLDED)
