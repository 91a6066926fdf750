"""A replayed day of a real city: every call comes to its end, and the record tells how.

The short form plays two hours, `BEACONFIRE_PROOF=full` the whole day; both at 480 times, told by
the simulation as a stranger's client, until nothing is left to do.
"""

import asyncio
import json
from collections.abc import Generator, Iterable
from datetime import datetime, timedelta
from typing import Any, Final

import asyncpg
import httpx
import pytest

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.feed import Record
from beaconfire_platform import codec
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.log.postgres import PostgresLog
from beaconfire_situation.domain.filing import FILED_AFTER, is_over
from beaconfire_situation.domain.fold import FOLDED, RecordKey, folded, record_of
from beaconfire_situation.domain.picture import content_hash, record_from
from beaconfire_situation.entrypoints.consumer import SOURCES
from beaconfire_testkit.day import HOURS, SPEED, Day
from beaconfire_testkit.described import Described

KINDS_MIN: Final = 24
"""So many kinds of facts two hours of a city tell; fewer would prove little."""
DONE: Final = frozenset({"closed", "merged", "voided"})
STEPS: Final = ("acknowledged", "en-route", "on-scene", "cleared")
BROKEN_OFF: Final = frozenset({"refused", "cancelled", "moved-away"})
WRONG: Final = ("[error", "Traceback", "ERROR:", "FATAL:", "PANIC:")
"""As the node, the simulation and PostgreSQL say that a human must look."""
_OVERLAPS: Final = """
    select count(*) from dispatch.assignment one join dispatch.assignment other
        on one.unit_id = other.unit_id and one.assignment_id < other.assignment_id
        and one.during && other.during
"""
_UNFINISHED: Final = """
    select report.report_id::text from incident.report
    join incident.incident using (incident_id)
    left join incident.incident whole on whole.incident_id = incident.merged_into
    where coalesce(whole.status, incident.status) not in ('closed', 'voided')
"""
_RECORDS: Final = "select kind, id, source, version, data from situation.record"
_HEAD: Final = "select pos::text from situation.head"
_OVER: Final = "select id, over_at, filed from situation.sight where over_at is not null"
FILING_TAKES_MAX: Final = timedelta(seconds=10 * SPEED)
"""Ten seconds by the wall, told in the city's time."""
_STREAMS: Final = "select key, version from log.stream where source = $1"
_SEEN: Final = "select key, version from situation.seen where consumer = $1 and source = $2"


@pytest.mark.proof
@pytest.mark.slow
async def test_every_call_of_the_day_ended_in_a_closed_incident(day: Day) -> None:
    unfinished = await _column(day, "incident", _UNFINISHED)
    reports = await _number(day, "incident", "select count(*) from incident.report")

    assert day.refused == 0
    assert day.told >= 10 * HOURS, "too few calls: this run proves nothing"
    assert reports == day.told
    assert unfinished == []


@pytest.mark.proof
@pytest.mark.slow
def test_every_incident_of_the_day_has_a_complete_timeline(day: Day) -> None:
    with day.leader() as leader:
        incidents = list(_pages(leader, "/v1/incidents"))
        flawed = {
            one["number"]: flaw
            for one in incidents
            if (flaw := _flaw_of(one, list(_pages(leader, f"/v1/incidents/{one['id']}/timeline"))))
        }

    assert {one["status"] for one in incidents} <= DONE
    assert flawed == {}


@pytest.mark.proof
@pytest.mark.slow
async def test_no_unit_was_on_two_incidents_at_once(day: Day) -> None:
    orders = await _number(day, "dispatch", "select count(*) from dispatch.assignment")
    assert orders >= HOURS * 10
    assert await _number(day, "dispatch", _OVERLAPS) == 0


@pytest.mark.proof
@pytest.mark.slow
async def test_the_picture_is_what_a_fresh_fold_of_the_whole_log_gives(day: Day) -> None:
    facts: list[Envelope[Any]] = []
    for source in sorted(SOURCES):
        pool = await asyncpg.create_pool(day.dsns[source], min_size=1, max_size=1)
        facts += await PostgresLog(pool, Doorbell()).everything(frozenset({source}))
        told = {row["key"]: row["version"] for row in await pool.fetch(_STREAMS, source)}
        pool.terminate()
        if source != "agency":  # of which somebody signs in and out at this moment
            assert await _seen(day, source) == told
    kept = await _rows(day, "situation", _RECORDS)
    fresh: dict[RecordKey, Record] = {}
    for told in facts:
        if isinstance(told.fact, FOLDED):
            key = record_of(told.fact)
            known = fresh.get(key)
            data = folded(told.fact, None if known is None else known.data)
            fresh[key] = record_from(key, told.key_version, data)
    stored = [
        Record(one["kind"], one["id"], one["source"], one["version"], json.loads(one["data"]))
        for one in kept
    ]
    assert content_hash(stored) == content_hash(_as_told(fresh.values()))
    # what is in memory, as somebody sees who sees every incident and unit of the city, is what is
    # stored but for the incidents that are filed: those were over for long enough, and no other
    shown, filed, due = await _shown_filed_due(day)
    stayed = [one for one in stored if one.id not in filed]
    assert {"incident", "unit"} <= {one.kind for one in stored}
    for kind in ("incident", "unit"):
        assert content_hash(one for one in shown if one.kind == kind) == content_hash(
            one for one in stayed if one.kind == kind
        )
    assert any(one.kind == "unit" for one in shown)
    assert due <= filed
    assert [one for one in sorted(filed) if not is_over("incident", _by_source(stored, one))] == []


@pytest.mark.proof
@pytest.mark.slow
async def test_every_fact_of_the_day_is_as_the_node_describes_it(day: Day) -> None:
    described = Described(day.get("/asyncapi.json").raise_for_status().json())

    found = [await described.log_flaws(dsn) for dsn in sorted(set(day.dsns.values()))]

    assert [flaw for _, flaws in found for flaw in flaws] == []
    assert len({kind for kinds, _ in found for kind in kinds}) >= KINDS_MIN, found


@pytest.mark.proof
@pytest.mark.slow
def test_nobody_logged_an_error_all_day(day: Day) -> None:
    log = day.database_log.read_text("utf-8", errors="replace")
    # whoever asks it for its health before it is ready is refused with a word like FATAL
    database = [one for one in log.splitlines() if "database system is starting up" not in one]
    lines = [*day.logs, *day.said.splitlines(), *database]

    assert "database system is ready" in log
    assert [one for one in lines if any(sign in one for sign in WRONG)] == []


def _flaw_of(incident: dict[str, Any], entries: list[dict[str, Any]]) -> str | None:
    """What is missing or out of order in an incident's record; None when it is complete."""
    types = [one["type"].removeprefix("beaconfire.").removesuffix(".v1") for one in entries]
    if types[0] != "incident.incident-opened":
        return f"begins with {types[0]}"
    if incident["status"] == "merged":
        return None if "incident.incident-merged" in types else "no merge"
    if incident["status"] == "voided":
        return None if "incident.incident-voided" in types else "no reason"
    missing = {"geo.incident-placed", "incident.incident-closed"} - set(types)
    if missing:
        return f"lacks {sorted(missing)}"
    if "dispatch.assignment-dispatched" not in types and incident["disposition"] is None:
        return "neither dispatched nor said why not"
    last_closed = len(types) - types[::-1].index("incident.incident-closed")
    late = [one for one in types[last_closed:] if one.startswith("dispatch.assignment-")]
    return f"after its closing: {late}" if late else _gap_of(entries)


def _gap_of(entries: list[dict[str, Any]]) -> str | None:
    """The first order of a timeline that lacks a step, unless it was broken off."""
    told: dict[str, list[str]] = {}
    for entry in entries:
        _, _, name = entry["type"].removesuffix(".v1").partition("dispatch.assignment-")
        if name:
            told.setdefault(entry["data"]["assignment_id"], []).append(name)
    for assignment_id, steps in told.items():
        lacking = [one for one in STEPS if one not in steps]
        if lacking and not BROKEN_OFF & set(steps):
            return f"{assignment_id} lacks {lacking} after {steps}"
    return None


def test_an_order_whose_crew_never_came_is_a_flaw() -> None:
    def entry(step: str) -> dict[str, Any]:
        kind = f"beaconfire.dispatch.assignment-{step}.v1"
        return {"type": kind, "data": {"assignment_id": "a1"}}

    whole = [entry(step) for step in ("dispatched", *STEPS)]

    assert _gap_of(whole) is None
    assert _gap_of(whole[:3]) is not None
    assert _gap_of([*whole[:3], entry("cancelled")]) is None


async def _shown_filed_due(day: Day) -> tuple[list[Record], set[str], set[str]]:
    """What is shown, filed and due to be filed, all at one number of the journal."""
    connection = await asyncpg.connect(day.dsns["situation"])
    try:
        with day.leader() as leader:
            for _ in range(400):  # two hours pass in 15 seconds: some are filed by then
                before = await connection.fetchval(_HEAD)
                over = await connection.fetch(_OVER)
                picture = leader.get("/v1/picture").raise_for_status().json()
                some_filed = any(one["filed"] for one in over)
                if some_filed and before == picture["pos"] == await connection.fetchval(_HEAD):
                    break
                await asyncio.sleep(0.1)
            else:
                pytest.fail("nothing was filed, or the picture never stood at the journal's head")
    finally:
        await connection.close()
    due_by = datetime.fromisoformat(picture["business_time"]) - FILED_AFTER - FILING_TAKES_MAX
    shown = [
        Record(one["kind"], one["id"], one["source"], one["version"], one["data"])
        for one in picture["records"]
    ]
    filed = {one["id"] for one in over if one["filed"]}
    return shown, filed, {one["id"] for one in over if one["over_at"] < due_by}


def _by_source(records: Iterable[Record], thing_id: str) -> dict[str, dict[str, Any]]:
    return {one.source: one.data for one in records if one.id == thing_id}


def _as_told(records: Iterable[Record]) -> list[Record]:
    """The same records with plain JSON in them, as the database gives them back."""
    return [
        Record(one.kind, one.id, one.source, one.version, json.loads(codec.encode(one.data)))
        for one in records
    ]


def _pages(client: httpx.Client, path: str) -> Generator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        asked = {"limit": 200} | ({} if cursor is None else {"cursor": cursor})
        page = client.get(path, params=asked).raise_for_status().json()
        yield from page["items"]
        cursor = page["next"]
        if cursor is None:
            return


async def _seen(day: Day, source: str) -> dict[str, int]:
    rows = await _rows(day, "situation", _SEEN, "situation", source)
    return {row["key"]: row["version"] for row in rows}


async def _rows(day: Day, service: str, sql: str, *arguments: str) -> list[Any]:
    connection = await asyncpg.connect(day.dsns[service])
    try:
        return await connection.fetch(sql, *arguments)
    finally:
        await connection.close()


async def _column(day: Day, service: str, sql: str) -> list[Any]:
    return [row[0] for row in await _rows(day, service, sql)]


async def _number(day: Day, service: str, sql: str) -> int:
    (found,) = await _column(day, service, sql)
    return int(found)
