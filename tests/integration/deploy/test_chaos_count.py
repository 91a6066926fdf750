"""The books of a deployment are read as they are: what was planted in them is found."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace

import asyncpg
import pytest

from beaconfire.commands.log_status import SOURCES_OF
from beaconfire_contracts.facts.incident import ReportReceived
from beaconfire_contracts.topics import TOPICS
from beaconfire_testkit.centre import AKL, Centre
from chaos.count import STANDS_S, Books, Effect

from .planted_books import SERVICES, a_centre_over, three_reports


@pytest.fixture
async def centre(database: str) -> AsyncGenerator[Centre]:
    async with a_centre_over(database) as made:
        yield made


@pytest.fixture
def books(database: str) -> Books:
    return Books(dict.fromkeys(SERVICES, database))


@pytest.fixture
async def owner(database: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest.fixture
async def told(centre: Centre) -> dict[str, str]:
    """Three reports far from each other: their ids by their keys."""
    return await three_reports(centre)


async def test_what_was_done_once_is_found_once(books: Books, told: dict[str, str]) -> None:
    effects, counted = await books.effects()

    assert effects == {key: Effect(report_id, 1, 1, 1) for key, report_id in told.items()}
    assert all(one.is_once for one in effects.values())
    assert counted == dict.fromkeys(told, 1)


async def test_two_reports_of_one_incident_are_once_each(books: Books, centre: Centre) -> None:
    position = {"lon": AKL[0], "lat": AKL[1], "accuracy_m": 10.0}
    answers = [await centre.report(text=f"near{n}", position=position) for n in range(2)]
    effects, _ = await books.effects()

    assert len({one["incident_id"] for one in answers}) == 1
    assert {key: one.is_once for key, one in effects.items()} == {"near0": True, "near1": True}


AUDIT_OF = """
    object = (select incident_id::text from incident.report where report_id = $1::uuid)
"""
PLANTED = {
    "a fact is missing": ("delete from log.fact where data->>'report_id' = $1", (1, 0, 1)),
    "an audit is missing": (f"delete from incident.audit where {AUDIT_OF}", (1, 1, 0)),
    "an audit is repeated": (
        f"""
        insert into incident.audit (actor, action, object, result, correlation_id)
        select actor, action, object, result, 'c' from incident.audit where {AUDIT_OF}
        """,
        (1, 1, 2),
    ),
}


@pytest.mark.parametrize(("statement", "counts"), PLANTED.values(), ids=PLANTED)
async def test_an_effect_that_is_not_one_of_each_is_noticed(
    books: Books, told: dict[str, str], owner: asyncpg.Connection,
    statement: str, counts: tuple[int, int, int],
) -> None:  # fmt: skip
    await owner.execute(statement, told["key1"])

    effects, _ = await books.effects()

    assert effects["key1"] == Effect(told["key1"], *counts)
    assert [key for key, one in effects.items() if not one.is_once] == ["key1"]


async def test_a_fact_that_is_told_twice_is_noticed(
    books: Books, told: dict[str, str], centre: Centre
) -> None:
    [fact] = [
        one for one in await centre.running.told(ReportReceived)
        if one.report_id == told["key1"]
    ]  # fmt: skip
    await centre.running.tell(fact)

    effects, _ = await books.effects()

    assert effects["key1"] == Effect(told["key1"], 1, 2, 1)


async def test_a_fact_without_its_report_is_noticed(
    books: Books, told: dict[str, str], centre: Centre
) -> None:
    fact = (await centre.running.told(ReportReceived))[0]
    await centre.running.tell(replace(fact, report_id="00000000-0000-7000-8000-000000000001"))

    effects, _ = await books.effects()

    assert sum(not one.is_once for one in effects.values()) == 1
    assert set(told) < set(effects)


async def test_a_key_that_did_something_twice_is_counted(
    books: Books, told: dict[str, str], centre: Centre
) -> None:
    del told
    position = {"lon": AKL[0] + 1, "lat": AKL[1], "accuracy_m": 10.0}
    await centre.report(text="key1", position=position)

    _, counted = await books.effects()

    assert counted["key1"] == 2


async def test_a_report_that_is_lost_is_not_there(
    books: Books, told: dict[str, str], owner: asyncpg.Connection
) -> None:
    report_id = told["key1"]
    await owner.execute("delete from log.fact where data->>'report_id' = $1", report_id)
    await owner.execute("delete from incident.report where report_id = $1::uuid", report_id)

    effects, _ = await books.effects()

    assert set(effects) == {"key0", "key2"}


async def test_who_is_behind_or_ahead_is_counted_by_stream(
    books: Books, told: dict[str, str], owner: asyncpg.Connection
) -> None:
    del told
    last = await books.told()
    assert {source for source, _ in last} <= set(TOPICS)
    assert len(last) >= 3
    for consumer, sources in SOURCES_OF.items():
        for (source, key), version in last.items():
            if source in sources:
                await owner.execute(
                    f"insert into {consumer}.seen (consumer, source, key, version) "
                    "values ($1, $2, $3, $4) on conflict (consumer, source, key) "
                    "do update set version = excluded.version",
                    consumer, source, key, version,
                )  # fmt: skip
    assert set((await books.behind(last)).values()) == {0}

    key = next(key for source, key in last if source == "incident")
    await owner.execute("update geo.seen set version = version - 1 where key = $1", key)
    await owner.execute("delete from situation.seen where key = $1", key)

    assert await books.behind(last) == {
        "incident": 0, "geo": 1, "dispatch": 0, "situation": 1, "agency": 0,
    }  # fmt: skip


async def test_what_is_set_aside_is_counted_where_it_is(
    books: Books, centre: Centre, owner: asyncpg.Connection
) -> None:
    del centre
    assert await books.set_aside() == dict.fromkeys(SERVICES, 0)
    await owner.execute(
        "insert into geo.parked (consumer, source, key, version, fact_id, error, attempts) "
        "values ('geo', 'incident', 'k', 1, gen_random_uuid(), 'Odd', 3)"
    )
    await owner.execute(
        "insert into agency.quarantine (consumer, shard, epoch, txid, row, reason) "
        "values ('agency', 's', 1, 1, 1, 'garbage'), ('agency', 's', 1, 1, 2, 'garbage')"
    )

    assert await books.set_aside() == dict.fromkeys(SERVICES, 0) | {"geo": 1, "agency": 2}


async def test_what_the_picture_shows_twice_is_counted(
    books: Books, centre: Centre, owner: asyncpg.Connection
) -> None:
    del centre
    one, other = "00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"
    for pos, (kind, fact_id) in enumerate(
        [("incident", one), ("unit", one), ("incident", other)], start=1
    ):
        await owner.execute(_CHANGE, pos, kind, fact_id)
    assert await books.journal_repeats() == 0

    await owner.execute(_CHANGE, 9, "incident", one)

    assert await books.journal_repeats() == 1


_CHANGE = """
    insert into situation.journal
        (pos, kind, id, source, version, data, fact_id, fact_type, told_at, actor, sight_after)
    values ($1, $2, 'i', 'incident', 1, '{}', $3::uuid, 't', now(), 'a', '{}')
"""


async def test_a_transaction_that_stands_open_and_its_connection_are_counted(
    books: Books, centre: Centre, owner: asyncpg.Connection, database: str
) -> None:
    del centre
    standing, before = await books.left_over()
    async with owner.transaction():
        await owner.execute("select 1")
        a_moment, _ = await books.left_over()
        await asyncio.sleep(STANDS_S + 0.1)
        more = await asyncpg.connect(database)
        open_now, after = await books.left_over()
        await more.close()

    assert (standing, a_moment) == (0, 0)
    assert open_now == len(SERVICES), "seen from each of the databases, which are one here"
    assert after["geo"] == before["geo"] + 1
