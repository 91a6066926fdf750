"""Each real consumer is judged by its own service's tables: what is planted in them is found."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from beaconfire_contracts.facts.dispatch import ResponseOpened
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.centre import Centre
from chaos.count import Books
from chaos.effects import IN_PICTURE, consumed
from chaos.trace import Trace

from .planted_books import SERVICES, a_centre_over, three_reports

SHOWN = "beaconfire.shared.incident-shown.v1"
_CHANGES = """
    insert into situation.journal
        (pos, kind, id, source, version, data, fact_id, fact_type, told_at, actor, sight_after)
    select row_number() over (order by txid, row), 'k', key, source, key_version, '{}', id, type,
           time, 'a', '{}'
    from log.fact where type = any($1)
"""
_BODY = """
    insert into agency.body (id, code, kind, level, name_zh, name_en, division, matters, zone,
                             pool_seat)
    values ($1, 'power', 'utility', 'city', '电力', 'Power', 'akl', '{}', 'UTC', gen_random_uuid())
"""
_EVENT = """
    insert into agency.shared_event (id, body, type, key, key_version, data)
    values (gen_random_uuid(), $1, $2, $3::uuid, $4, '{}')
"""
_EVENT_AGAIN = _EVENT.replace("$1", "(select id from agency.body where code = 'power')").replace(
    "$2, $3::uuid, $4", f"'{SHOWN}', $1::uuid, $2"
)

_TOLD_AGAIN = """
    with one as (
        update log.stream set version = version + 1 where source = $2 and key = $1
        returning version)
    insert into log.fact (id, source, type, key, key_version, cause, sensitivity, data)
    select gen_random_uuid(), f.source, type, f.key, one.version, cause, sensitivity,
           (data::jsonb || jsonb_build_object('response_id', gen_random_uuid()))::json
    from log.fact f, one where f.key = $1 and f.source = $2
"""


@pytest.fixture
async def owner(database: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


@pytest.fixture
async def centre(database: str) -> AsyncGenerator[Centre]:
    async with a_centre_over(database) as made:
        yield made


@pytest.fixture
async def opened(centre: Centre, owner: asyncpg.Connection) -> list[str]:
    """Three incidents, and all that five consumers should have done about them."""
    await three_reports(centre)
    found = [str(one.incident_id) for one in await centre.running.told(IncidentOpened)]
    placed = an_example_of(IncidentPlaced)
    answered = an_example_of(ResponseOpened)
    for fact in (placed, answered):
        await centre.running.tell(*(replace(fact, incident_id=IncidentId(one)) for one in found))
    await centre.running.catch_up()
    await owner.execute(_CHANGES, sorted(IN_PICTURE))
    body = new_id()
    await owner.execute(_BODY, body)
    for one in found:
        await owner.execute(
            "insert into geo.placed_incident (incident_id, told) values ($1::uuid, '{}')", one
        )
        await owner.execute(
            "insert into dispatch.demand (incident_id, opened_at) values ($1::uuid, now())", one
        )
        for version in (1, 2):
            await owner.execute(_EVENT, body, SHOWN, one, version)
        await owner.execute(
            "insert into agency.shown (body, key, version, data) values ($1, $2::uuid, 2, '{}')",
            body, one,
        )  # fmt: skip
    return found


@pytest.fixture
def books(database: str) -> Books:
    return Books(dict.fromkeys(SERVICES, database))


async def judged(books: Books) -> dict[str, Trace]:
    return await consumed(books, await books.facts())


async def test_what_was_done_once_each_is_right(books: Books, opened: list[str]) -> None:
    found = await judged(books)

    assert {name: one.wrong for name, one in found.items()} == dict.fromkeys(SERVICES, 0)
    assert (found["geo"].deliveries, found["dispatch"].deliveries) == (3, 3)
    assert found["agency"].deliveries == 2 * len(opened)
    assert found["incident"].deliveries >= 3 * len(opened)
    assert found["situation"].deliveries >= 2 * len(opened)


TIMELINE = "incident_id, fact_id, type, told_at, actor, data"
CHANGE = "kind, id, source, version, data, fact_id, fact_type, told_at, actor, sight_after"
PLANTED: dict[str, tuple[str, list[Any], str, str]] = {
    "a line is missing": (
        ("delete from incident.timeline where incident_id = $1::uuid and seq = "
        "(select max(seq) from incident.timeline where incident_id = $1::uuid)"),
        [], "incident", "lost",
    ),
    "a line is repeated": (
        (f"insert into incident.timeline ({TIMELINE}) select {TIMELINE} from incident.timeline "
        "where incident_id = $1::uuid order by seq desc limit 1"),
        [], "incident", "repeated",
    ),
    "a line is of no fact": (
        ("update incident.timeline set fact_id = gen_random_uuid() where incident_id = $1::uuid "
        "and type = 'beaconfire.geo.incident-placed.v1'"),
        [], "incident", "phantom",
    ),
    "a change is missing": (
        ("delete from situation.journal where pos = (select max(pos) from situation.journal "
        "where id = $1)"),
        [], "situation", "lost",
    ),
    "a change is repeated": (
        (f"insert into situation.journal (pos, {CHANGE}) select 1000, {CHANGE} "
        "from situation.journal where id = $1 order by pos desc limit 1"),
        [], "situation", "repeated",
    ),
    "a change came before it was told": (
        ("update situation.journal set applied_at = told_at - interval '1 second' "
        "where pos = (select max(pos) from situation.journal where id = $1)"),
        [], "situation", "aborted",
    ),
    "an incident was not placed": (
        "delete from geo.placed_incident where incident_id = $1::uuid", [], "geo", "lost",
    ),
    "an incident was placed twice": (_TOLD_AGAIN, ["geo"], "geo", "repeated"),
    "an incident was answered twice": (_TOLD_AGAIN, ["dispatch"], "dispatch", "repeated"),
    "an incident is not answered": (
        "delete from dispatch.demand where incident_id = $1::uuid", [], "dispatch", "lost",
    ),
    "an incident of nobody is answered": (
        "update dispatch.demand set incident_id = gen_random_uuid() where incident_id = $1::uuid",
        [], "dispatch", "phantom",
    ),
    "a version was not told outside": (
        "delete from agency.shared_event where key = $1::uuid and key_version = 1",
        [], "agency", "lost",
    ),
    "an incident was not told outside": (
        ("with one as (delete from agency.shown where key = $1::uuid) "
        "delete from agency.shared_event where key = $1::uuid"),
        [], "agency", "lost",
    ),
    "a version was told outside twice": (_EVENT_AGAIN, [2], "agency", "repeated"),
    "an earlier version was told outside late": (_EVENT_AGAIN, [1], "agency", "reordered"),
    "more was told outside than was shown": (_EVENT_AGAIN, [3], "agency", "phantom"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "more", "service", "kind"), PLANTED.values(), ids=list(PLANTED)
)
async def test_what_a_consumer_did_not_rightly_do_is_found_at_that_one(
    books: Books, opened: list[str], owner: asyncpg.Connection,
    statement: str, more: list[Any], service: str, kind: str,
) -> None:  # fmt: skip
    await owner.execute(statement, opened[1], *more)

    found = await judged(books)

    assert getattr(found[service], kind) >= 1
    is_told = service in ("geo", "dispatch") and kind == "repeated"
    others = {"incident", "situation"} if is_told else set[str]()
    assert {name for name, one in found.items() if one.wrong} <= {service, *others}


async def test_a_fact_that_a_log_lost_is_seen_by_its_streams_version(
    books: Books, opened: list[str], owner: asyncpg.Connection
) -> None:
    assert sum((await books.told()).values()) == len(await books.facts())

    await owner.execute("delete from log.fact where key = $1 and source = 'geo'", opened[0])

    assert sum((await books.told()).values()) - len(await books.facts()) == 1
