"""A consumer's books: a fence for each owner, versions without holes, parked keys."""

from dataclasses import dataclass, field

import pytest

from beaconfire_contracts.envelope import Cause, LogPosition
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.ledger import BEHIND, HOLE, ConsumerLedger, Move, Seen, Verdict
from beaconfire_platform.log.parking import Parking
from beaconfire_platform.log.port import Unreadable, Why
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="t")


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
    ledger = ConsumerLedger("c")
    async with running.ground.database.transaction(cause=CAUSE) as tx:
        begun, old_fence = await ledger.claim(tx.connection, "log")
        _, fence = await ledger.claim(tx.connection, "log")

        async def move(row: int, by: int) -> bool:
            return await ledger.move(tx.connection, [Move("log", by, begun, a_position(row))])

        zombie = await move(5, old_fence)
        owner = await move(5, fence)
        repeat = await move(6, fence)

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
    ledger = ConsumerLedger("c")
    first = Told(1, id=new_id())
    async with running.ground.database.transaction(cause=CAUSE) as tx:
        seen = await ledger.seen(tx.connection, [first])  # type: ignore[list-item]  # what it looks at
        seen.advance(first)  # type: ignore[arg-type]  # what it looks at
        await ledger.remember(tx.connection, seen)
        waits = Told(2, key="i2", id=new_id())
        await Parking("c").park(tx.connection, "log", waits, "broken", 3)  # type: ignore[arg-type]  # same

        again = await ledger.seen(tx.connection, [first, Told(3, key="i2")])  # type: ignore[list-item]  # same

    assert again.versions == {("incident", "i1"): 1, ("incident", "i2"): 0}
    assert again.parked == {("incident", "i2")}
