"""What was told, page by page, to whoever reads for that body alone; whatever others are told."""

import json
from collections.abc import AsyncGenerator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import pytest

from beaconfire_agency.adapters.deliveries import PAGE, PgDeliveries
from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import reach
from beaconfire_platform.access.predicate import bounds
from beaconfire_platform.access.subject import Subject
from beaconfire_testkit.service import a_subject

BODIES: Final = 20
EVENTS: Final = 50_000
LIMIT: Final = 100
EVERYBODY: Final = a_subject(Role.VIEWER)
PER_TRANSACTION: Final = 500
"""So that their numbers are below those of any server, and what they told is to be seen."""
_FILL: Final = """
    insert into shared_event (txid, id, body, type, key, key_version, data)
    select 3 + n / $2, gen_random_uuid(), ($1::uuid[])[1 + n % cardinality($1::uuid[])], 'x',
        gen_random_uuid(), 1, '{}'
    from generate_series(0, $3 - 1) n order by n
"""
_SUBSCRIBE: Final = """
    insert into subscription (id, body, made_at, begun)
    select gen_random_uuid(), body, now(), true from unnest($1::uuid[]) as one (body)
"""
_MIDDLE: Final = "select txid, row from shared_event order by txid, row offset $1 limit 1"


async def test_a_reader_of_the_place_of_a_body_reads_nothing_that_the_body_was_told(
    centre: Any,
) -> None:
    power = await centre.body("power", "root.power")
    await subscribed(centre, power)
    deliveries = PgDeliveries(centre.under_test.ground.database)
    neighbour = a_subject(Role.VIEWER, reach="root")
    own = a_subject(Role.VIEWER, reach="root.elsewhere", body=power["id"])

    page = {
        name: await deliveries.page(bounds(reach(subject, "delivery.read")), after=(0, 0), limit=10)
        for name, subject in (("neighbour", neighbour), ("own", own))
    }

    assert page["neighbour"] == []
    assert [one.code for one in page["own"]] == ["power"]
    after = page["own"][-1].cursor
    further = await deliveries.page(bounds(reach(own, "delivery.read")), after=after, limit=10)
    assert further == []


async def subscribed(centre: Any, body: dict[str, Any]) -> None:
    """The body is subscribed, and was told that it begins."""
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": body["id"]})
    assert answer.status_code == 201, answer.text
    await centre.under_test.catch_up()


@dataclass(slots=True)
class Full:
    """Bodies that were told much, and a connection on which to look at plans."""

    connection: asyncpg.Connection
    bodies: list[str]

    async def plan(self, subject: Subject, after: tuple[int, int], mode: str) -> dict[str, Any]:
        """How PostgreSQL answers for a page, with what it really read."""
        asked = (*bounds(reach(subject, "delivery.read")), *after, LIMIT)
        await self.connection.execute(f"set plan_cache_mode = {mode}")
        found = await self.connection.fetchval(f"explain (analyze, format json) {PAGE}", *asked)
        return json.loads(str(found))[0]["Plan"]

    async def middle(self) -> tuple[int, int]:
        """The place behind half of all that was told."""
        found = await self.connection.fetchrow(_MIDDLE, EVENTS // 2)
        assert found is not None
        return found["txid"], found["row"]


@pytest.fixture
async def full(centre: Any, database: str) -> AsyncGenerator[Full]:
    bodies = [await centre.body(f"b{number}", f"root.b{number}") for number in range(BODIES)]
    connection = await asyncpg.connect(database, server_settings={"search_path": "agency"})
    found = Full(connection, [body["id"] for body in bodies])
    await connection.execute(_SUBSCRIBE, found.bodies)
    await connection.execute(_FILL, found.bodies, PER_TRANSACTION, EVENTS)
    await connection.execute("vacuum analyze shared_event")
    yield found
    await connection.close()


def reading(bodies: Iterable[str]) -> Subject:
    """Somebody who reads for these bodies."""
    return Subject("reader", tuple(Grant(Role.VIEWER, BodyId(one), "none") for one in bodies))


def looked_at(plan: dict[str, Any]) -> Iterator[tuple[str, int]]:
    """How a plan comes to events, and how many rows it read for that."""
    if plan.get("Relation Name") == "shared_event":
        left_out = plan.get("Rows Removed by Filter", 0)
        read = (plan["Actual Rows"] + left_out) * plan["Actual Loops"]
        yield plan["Node Type"], round(read)
    for one in plan.get("Plans", ()):
        yield from looked_at(one)


async def test_a_page_is_found_by_an_index_and_reads_no_more_than_a_page_of_each_body(
    full: Full,
) -> None:
    readers = {1: reading(full.bodies[:1]), 2: reading(full.bodies[:2]), BODIES: EVERYBODY}
    places = (0, 0), await full.middle()
    plans = {
        (told, after, mode): [*looked_at(await full.plan(reader, after, mode))]
        for told, reader in readers.items()
        for after in places
        for mode in ("force_custom_plan", "force_generic_plan")
    }

    assert {way for ways in plans.values() for way, _ in ways} == {"Index Scan"}
    read = {asked: sum(rows for _, rows in ways) for asked, ways in plans.items()}
    assert [asked for asked, rows in read.items() if rows > LIMIT * asked[0]] == []


async def test_without_the_index_it_is_seen_that_it_is_missing(full: Full) -> None:
    await full.connection.execute("drop index shared_event_of_body")

    plan = await full.plan(reading(full.bodies[:1]), await full.middle(), "force_custom_plan")

    assert sum(rows for _, rows in looked_at(plan)) > LIMIT


async def test_pages_of_several_bodies_come_in_one_order_each_event_once(
    full: Full, centre: Any
) -> None:
    deliveries = PgDeliveries(centre.under_test.ground.database)
    mine = set(full.bodies[:3])
    asked = bounds(reach(reading(mine), "delivery.read"))
    places: list[tuple[int, int]] = [(0, 0)]

    while page := await deliveries.page(asked, after=places[-1], limit=1_000):
        places.extend(one.cursor for one in page)

    found = await full.connection.fetch(
        "select txid, row from shared_event where body = any($1::uuid[]) order by txid, row", mine
    )
    assert places[1:] == [(one["txid"], one["row"]) for one in found]
    assert len(found) == EVENTS * 3 // BODIES
