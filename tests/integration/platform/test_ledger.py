"""A consumer's books: a fence for each owner, versions without holes, parked keys."""

from dataclasses import dataclass, field

import pytest

from beaconfire_contracts.envelope import Cause, LogPosition
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.ledger import BEHIND, HOLE, ConsumerLedger, Move, Seen, Verdict
from beaconfire_platform.log.parking import Parking
from beaconfire_platform.log.port import Unreadable, Why
from beaconfire_platform.looking import NotAtOnce
from beaconfire_platform.our_words import Fenced
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")
_AUDIT = "insert into audit (actor, action, result, correlation_id) values ('x', 'a', 'done', 'c')"


@dataclass(frozen=True)
class Told:
    """As much of a fact as the books look at."""

    key_version: int
    source: str = "incident"
    key: str = "i1"
    id: str = ""
    position: LogPosition = field(default_factory=lambda: a_position(7))


def a_position(row: int) -> LogPosition:
    return LogPosition(1, 1, row)


async def test_only_the_last_owner_moves_the_position(running: ServiceUnderTest) -> None:
    ledger, database = ConsumerLedger("c"), running.ground.database
    async with database.transaction(cause=CAUSE) as tx:
        begun, old_fence = await ledger.claim(tx.connection, "log")
        _, fence = await ledger.claim(tx.connection, "log")

    async def is_moved(row: int, by: int) -> bool:
        try:
            async with database.transaction(cause=CAUSE) as tx:
                ledger.move(tx, [Move("log", by, begun, a_position(row))])
        except Fenced:
            return False
        return True

    zombie = await is_moved(5, old_fence)
    owner = await is_moved(5, fence)
    repeat = await is_moved(6, fence)

    assert fence > old_fence
    assert (zombie, owner, repeat) == (False, True, False)


def test_the_next_version_applies_a_lower_is_skipped_a_hole_parks_and_stays_parked() -> None:
    seen = Seen({("incident", "i1"): 3}, set())

    verdicts = [seen.judge(Told(n)) for n in (3, 4)]  # type: ignore[arg-type]  # what it looks at
    seen.advance(Told(4))  # type: ignore[arg-type]  # what it looks at
    late = [seen.judge(Told(n)) for n in (6, 5)]  # type: ignore[arg-type]  # what it looks at

    assert verdicts == [Verdict.SKIP, Verdict.APPLY]
    assert late == [Verdict.PARK, Verdict.PARK]


@pytest.mark.parametrize(
    ("why", "verdict"),
    [
        (Why.UNKNOWN_TYPE, Verdict.IGNORE),
        (Why.UNKNOWN_MAJOR, Verdict.PARK),
        (Why.MALFORMED, Verdict.PARK),
    ],
)
def test_a_type_unknown_here_is_ignored_and_what_else_cannot_be_read_parks_its_key(
    why: Why, verdict: Verdict
) -> None:
    seen = Seen({("incident", "i1"): 0}, set())
    told = Unreadable("f", "incident", "x.v9", "i1", 1, a_position(1), why)

    assert seen.judge(told) is verdict
    assert seen.why == (why if verdict is Verdict.PARK else "")


def test_a_type_unknown_here_waits_behind_a_parked_fact_and_is_no_way_over_a_hole() -> None:
    seen = Seen({("incident", "i1"): 0, ("incident", "i2"): 0}, {("incident", "i2")})
    behind = Unreadable("f", "incident", "x.v1", "i2", 1, a_position(1), Why.UNKNOWN_TYPE)
    after = Unreadable("g", "incident", "x.v1", "i1", 2, a_position(2), Why.UNKNOWN_TYPE)

    found = [(seen.judge(one), seen.why) for one in (behind, after)]

    assert found == [(Verdict.PARK, BEHIND), (Verdict.PARK, HOLE)]


async def test_versions_and_parked_keys_are_remembered(running: ServiceUnderTest) -> None:
    ledger, database = ConsumerLedger("c"), running.ground.database
    first = Told(1, id=new_id())
    async with database.transaction(cause=CAUSE) as tx:
        seen = await ledger.seen(tx, [first])  # type: ignore[list-item]  # what it looks at
        seen.advance(first)  # type: ignore[arg-type]  # what it looks at
        ledger.remember(tx, seen)
        waits = Told(2, key="i2", id=new_id())
        await Parking("c").park(tx.connection, "log", waits, "broken", 3)  # type: ignore[arg-type]  # same

    async with database.transaction(cause=CAUSE) as tx:
        again = await ledger.seen(tx, [first, Told(3, key="i2")])  # type: ignore[list-item]  # same

    assert again.versions == {("incident", "i1"): 1, ("incident", "i2"): 0}
    assert again.parked == {("incident", "i2")}


async def test_what_stands_is_believed_until_it_is_forgotten(running: ServiceUnderTest) -> None:
    ledger, database = ConsumerLedger("c"), running.ground.database
    first, parked = Told(1), Told(2, key="i2")
    async with database.transaction(cause=CAUSE) as tx:
        seen = await ledger.seen(tx, [first, parked])  # type: ignore[list-item]  # what it looks at
        seen.advance(first)  # type: ignore[arg-type]  # same
        assert seen.judge(parked) is Verdict.PARK  # type: ignore[arg-type]  # same
        ledger.remember(tx, seen)
    ledger.stands(seen)
    await database.pool.execute("update seen set version = 7")

    async with database.transaction(cause=CAUSE) as tx:
        believed = await ledger.seen(tx, [first, parked])  # type: ignore[list-item]  # same
        ledger.forget()
        read = await ledger.seen(tx, [first, parked])  # type: ignore[list-item]  # same

    assert believed.versions == {("incident", "i1"): 1, ("incident", "i2"): 0}
    assert read.versions == {("incident", "i1"): 7, ("incident", "i2"): 0}


async def test_a_stream_that_seems_to_begin_is_not_asked_for_and_found_out_at_the_end(
    running: ServiceUnderTest,
) -> None:
    ledger, database = ConsumerLedger("c"), running.ground.database
    first = Told(1)

    async def take() -> None:
        async with database.at_once(cause=CAUSE) as tx:
            seen = await ledger.seen(tx, [first])  # type: ignore[list-item]  # what it looks at
            assert seen.judge(first) is Verdict.APPLY  # type: ignore[arg-type]  # same
            seen.advance(first)  # type: ignore[arg-type]  # same
            tx.later(_AUDIT)
            ledger.remember(tx, seen)

    await take()
    with pytest.raises(NotAtOnce):
        await take()

    assert await database.pool.fetchval("select count(*) from audit") == 1


async def test_whoever_does_not_hold_the_shard_writes_nothing(running: ServiceUnderTest) -> None:
    ledger, database = ConsumerLedger("c"), running.ground.database
    async with database.transaction(cause=CAUSE) as tx:
        _, fence = await ledger.claim(tx.connection, "log")

    async def write(by: int) -> None:
        async with database.at_once(cause=CAUSE) as tx:
            tx.later(_AUDIT)
            ledger.hold(tx, {"log": by})

    await write(fence)
    with pytest.raises(Fenced):
        await write(fence - 1)

    assert await database.pool.fetchval("select count(*) from audit") == 1
