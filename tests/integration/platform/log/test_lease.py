"""A lease has one holder at a time, by the database's clock, and whoever lost it knows."""

import asyncio
import random
from datetime import datetime

import pytest

from beaconfire_platform.database import Database
from beaconfire_platform.log.lease import LIFE_S, RENEW_S, Lease

TAKEN_OVER_S_MAX = 3.0
"""What is promised of a planner or a relay whose process died."""


class Eager(Lease):
    """A lease that asks the database every time."""

    async def keep(self) -> bool:
        self._asked_at = float("-inf")
        return await super().keep()


async def until(service: Database) -> datetime:
    return await service.pool.fetchval("select until from lease where name = 'one'")


async def ends(service: Database, name: str = "one") -> None:
    """The holder showed no sign of life for too long."""
    await service.pool.execute("update lease set until = clock_timestamp() where name = $1", name)


async def confirmed(service: Database, lease: Lease) -> bool:
    async with service.pool.acquire() as connection, connection.transaction():
        return await lease.confirm(connection)


def test_whoever_stands_by_takes_over_in_time() -> None:
    assert LIFE_S + RENEW_S < TAKEN_OVER_S_MAX
    assert RENEW_S < LIFE_S / 2


async def test_one_has_it_and_the_others_stand_by(service: Database) -> None:
    first, second = Lease(service, "one", "a"), Lease(service, "one", "b")

    assert await first.keep()
    assert not await second.keep()

    assert (first.is_ours, second.is_ours) == (True, False)
    assert (first.fence, second.fence) == (1, 0)


async def test_leases_of_other_names_are_others(service: Database) -> None:
    assert await Lease(service, "one", "a").keep()
    assert await Lease(service, "two", "b").keep()


async def test_who_renews_keeps_it_and_its_fence(service: Database) -> None:
    lease = Eager(service, "one", "a")
    assert await lease.keep()
    first = await until(service)
    await asyncio.sleep(0.1)

    assert await lease.keep()

    assert await until(service) > first
    assert not await Lease(service, "one", "b").keep()
    assert lease.fence == 1


async def test_who_stops_renewing_loses_it_and_the_next_has_a_higher_fence(
    service: Database,
) -> None:
    zombie, heir = Lease(service, "one", "a"), Lease(service, "one", "b")
    assert await zombie.keep()
    fence = zombie.fence
    async with asyncio.timeout(30):
        while not await heir.keep():  # noqa: ASYNC110  (a lease that ends tells nobody)
            await asyncio.sleep(0.05)

    assert heir.fence > fence
    assert not zombie.is_ours
    assert not await confirmed(service, zombie)
    assert await confirmed(service, heir)
    assert not await zombie.keep()


async def test_a_zombie_that_believes_its_own_clock_is_not_confirmed(service: Database) -> None:
    zombie, heir = Lease(service, "one", "a"), Lease(service, "one", "b")
    assert await zombie.keep()
    await ends(service)
    assert await heir.keep()

    assert zombie.is_ours
    assert not await confirmed(service, zombie)


async def test_nobody_takes_it_while_a_confirmed_transaction_is_open(service: Database) -> None:
    holder, heir = Lease(service, "one", "a"), Lease(service, "one", "b")
    assert await holder.keep()
    await ends(service)
    async with service.pool.acquire() as connection, connection.transaction():
        assert await holder.confirm(connection)
        taking = asyncio.create_task(heir.keep())
        done, _ = await asyncio.wait({taking}, timeout=0.3)
        assert not done

    assert await taking


async def test_one_that_is_given_back_is_the_next_ones_at_once(service: Database) -> None:
    first, second = Lease(service, "one", "a"), Lease(service, "one", "b")
    assert await first.keep()
    await first.release()

    assert not first.is_ours
    assert await second.keep()
    assert second.fence > first.fence


async def test_who_gives_back_what_another_has_takes_nothing_from_it(service: Database) -> None:
    zombie, heir = Lease(service, "one", "a"), Lease(service, "one", "b")
    assert await zombie.keep()
    await ends(service)
    assert await heir.keep()

    await zombie.release()

    assert not await Lease(service, "one", "c").keep()
    assert await confirmed(service, heir)


async def test_a_process_that_begins_anew_has_its_own_at_once_with_a_higher_fence(
    service: Database,
) -> None:
    before = Lease(service, "one", "a")
    assert await before.keep()

    after = Lease(service, "one", "a")

    assert await after.keep()
    assert after.fence > before.fence
    assert not await confirmed(service, before)


async def test_the_database_is_asked_twice_a_second_at_most(service: Database) -> None:
    lease = Lease(service, "one", "a")
    assert await lease.keep()
    await ends(service)
    assert await Lease(service, "one", "b").keep()

    assert await lease.keep()  # its own clock says so; the fence is what protects
    await asyncio.sleep(RENEW_S)
    assert not await lease.keep()


@pytest.mark.parametrize("seed", range(20))
async def test_of_many_who_come_go_and_stop_never_two_are_confirmed(
    service: Database, seed: int
) -> None:
    chance = random.Random(seed)
    leases = [Eager(service, "one", f"h{number}") for number in range(4)]
    fences: list[int] = []
    for _ in range(30):
        lease = chance.choice(leases)
        match chance.randrange(4):
            case 0:
                await lease.release()
            case 1:
                await ends(service)
            case _:
                await lease.keep()
        holders = [one for one in leases if one.fence and await confirmed(service, one)]
        assert len(holders) <= 1
        fences.extend(one.fence for one in holders)

    assert fences == sorted(fences)
