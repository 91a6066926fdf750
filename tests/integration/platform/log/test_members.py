"""Shards are shared out among who lives: at every quiet moment each shard has exactly one owner."""

import asyncio
import random
from collections.abc import Collection

import asyncpg
import pytest

from beaconfire_platform.database import Database
from beaconfire_platform.log.members import LIFE_S, RENEW_S, Members

SHARDS = tuple(f"t/{number}" for number in range(12))
SCHEDULES = 30
ROUNDS = 5
MEMBERS_MAX = 5


async def stands_still(service: Database, consumer: str, instance: str) -> None:
    """The database's clock has passed what this one's last sign of life was good for."""
    await service.pool.execute(
        "update member set until = clock_timestamp() - interval '1 second' "
        "where consumer = $1 and instance = $2",
        consumer,
        instance,
    )


def test_the_shards_of_who_died_are_taken_in_time() -> None:
    assert LIFE_S + RENEW_S < 3.0
    assert RENEW_S < LIFE_S / 2


async def test_who_is_alone_has_all(service: Database) -> None:
    assert await Members(service, "c", "a").share(SHARDS) == frozenset(SHARDS)


async def test_consumers_of_other_names_share_nothing(service: Database) -> None:
    await Members(service, "c", "a").share(SHARDS)

    assert await Members(service, "d", "a").share(SHARDS) == frozenset(SHARDS)


async def test_more_members_than_shards_leave_some_with_nothing(service: Database) -> None:
    members = [Members(service, "c", f"i{number}") for number in range(4)]
    for one in members:
        await one.share(SHARDS[:2])
    await asyncio.sleep(RENEW_S)

    shares = [await one.share(SHARDS[:2]) for one in members]

    assert sorted(map(len, shares)) == [0, 0, 1, 1]


async def test_who_leaves_gives_its_part_at_once_and_may_come_back(service: Database) -> None:
    leaver = Members(service, "c", "a")
    await leaver.share(SHARDS)
    await leaver.leave()

    stayer = Members(service, "c", "b")
    assert await stayer.share(SHARDS) == frozenset(SHARDS)
    assert len(await leaver.share(SHARDS)) == len(SHARDS) / 2


async def test_who_stands_still_is_left_out_by_the_databases_clock(service: Database) -> None:
    zombie = Members(service, "c", "a")
    await zombie.share(SHARDS)
    heir = Members(service, "c", "b")
    async with asyncio.timeout(30):
        while await heir.share(SHARDS) != frozenset(SHARDS):  # noqa: ASYNC110  (nobody is told)
            await asyncio.sleep(0.05)


async def test_whatever_comes_and_goes_each_shard_has_one_owner_when_it_is_quiet(
    service: Database,
) -> None:
    """Many schedules at once, each with a consumer's name of its own; a failure names its seed."""
    found = await asyncio.gather(*(_schedule(service, seed) for seed in range(SCHEDULES)))

    assert sum(found) > SCHEDULES * ROUNDS


async def _schedule(service: Database, seed: int) -> int:
    chance, consumer = random.Random(seed), f"c{seed}"
    living = {"i0": Members(service, consumer, "i0")}
    paused: dict[str, Members] = {}
    changes = 0
    for number in range(1, ROUNDS + 1):
        for _ in range(chance.randint(1, 3)):
            changes += await _change(service, chance, consumer, (living, paused), f"i{number}")
        async with asyncio.timeout(30):
            await _quiet(living.values())
    return changes


async def _quiet(living: Collection[Members]) -> None:
    """Nothing changes: wait until all have seen all."""
    while True:
        shares = [await one.share(SHARDS) for one in living]
        if _is_shared_out(shares):
            return
        await asyncio.sleep(RENEW_S)


def _is_shared_out(shares: list[frozenset[str]]) -> bool:
    """Each shard is in one share, and nobody has two more than another."""
    sizes = [len(share) for share in shares]
    return sorted(one for share in shares for one in share) == sorted(SHARDS) and (
        max(sizes) - min(sizes) <= 1
    )


async def _change(
    service: Database,
    chance: random.Random,
    consumer: str,
    members: tuple[dict[str, Members], dict[str, Members]],
    newcomer: str,
) -> int:
    living, paused = members
    choice = chance.choice(["join", "join", "leave", "pause", "resume"])
    if choice == "join" and len(living) < MEMBERS_MAX and newcomer not in living | paused:
        living[newcomer] = Members(service, consumer, newcomer)
    elif choice == "leave" and len(living) > 1:
        await living.pop(chance.choice(sorted(living))).leave()
    elif choice == "pause" and len(living) > 1:
        name = chance.choice(sorted(living))
        paused[name] = living.pop(name)
        await stands_still(service, consumer, name)
    elif choice == "resume" and paused:
        name = chance.choice(sorted(paused))
        living[name] = paused.pop(name)
    else:
        return 0
    return 1


async def test_who_could_not_ask_asks_again_at_once(service: Database, database: str) -> None:
    member, owner = Members(service, "c", "a"), await asyncpg.connect(database)
    await owner.execute(f"alter table {service.service}.member rename to away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await member.share(SHARDS)
    await owner.execute(f"alter table {service.service}.away rename to member")
    await owner.close()

    assert await member.share(SHARDS) == frozenset(SHARDS)
