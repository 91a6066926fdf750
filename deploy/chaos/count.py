"""What the databases of a deployment say after the faults: effects, lag, what is left over."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import asyncpg

from beaconfire.commands.log_status import SOURCES_OF
from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.database import TROUBLE
from chaos.trace import Fact, Place, Stream

_EFFECTS: Final = """
    with fact as (
        select data->>'report_id' as report_id, count(*) as facts from log.fact
        where type = 'beaconfire.incident.report-received.v1' group by 1
    ), audited as (
        select object as incident_id, count(*) as audits from incident.audit
        where action = 'report.create' and result = 'done' group by 1
    )
    -- an incident's audit names no report: it has one too many when it has more than reports
    select coalesce(report.text, 'no report of ' || fact.report_id) as key,
        coalesce(report.report_id::text, fact.report_id) as report_id,
        count(report.report_id) as reports,
        coalesce(sum(facts), 0)::int as facts, coalesce(sum(audits + 1 - here), 0)::int as audits
    from (select *, count(*) over (partition by incident_id) as here from incident.report) as report
    full join fact on fact.report_id = report.report_id::text
    left join audited on audited.incident_id = report.incident_id::text
    group by 1, 2
"""
_FACTS: Final = "select source, key, key_version, id, type, time from log.fact"
STANDS_S: Final = 1.0
"""Between two statements a transaction idles for a moment; one that stands is in nobody's hand."""
_LEFT_OVER: Final = """
    select count(*) filter (where state like 'idle in transaction%'
                            and clock_timestamp() - state_change > $1::interval) as open,
           count(*) as connections
    from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one key did: its report and how many rows of each kind."""

    report_id: str
    reports: int
    facts: int
    audits: int

    @property
    def is_once(self) -> bool:
        """Exactly one of each."""
        return (self.reports, self.facts, self.audits) == (1, 1, 1)


class Books:
    """The services' databases, read as their owners."""

    def __init__(self, dsns: Mapping[str, str]) -> None:
        """The DSN of each service's database."""
        self._dsns = dsns

    async def effects(self) -> tuple[dict[str, Effect], Counter[str]]:
        """By key, and how many reports each key has."""
        async with self.of("incident") as connection:
            rows = await connection.fetch(_EFFECTS)
        counted = Counter(str(row["key"]) for row in rows)
        return {
            row["key"]: Effect(row["report_id"], row["reports"], row["facts"], row["audits"])
            for row in rows
        }, counted

    async def told(self) -> dict[Stream, int]:
        """The last version of every stream of every service."""
        found: dict[Stream, int] = {}
        for service in TOPICS:
            async with self.of(service) as connection:
                rows = await connection.fetch("select source, key, version from log.stream")
            found |= {(row["source"], row["key"]): row["version"] for row in rows}
        return found

    async def facts(self) -> dict[Place, Fact]:
        """Every fact that any service told, as its own database has it."""
        found: dict[Place, Fact] = {}
        for service in TOPICS:
            async with self.of(service) as connection:
                rows = await connection.fetch(_FACTS, timeout=60)
            found |= {
                (row["source"], row["key"], row["key_version"]):
                Fact(str(row["id"]), row["type"], row["time"])
                for row in rows
            }  # fmt: skip
        return found

    async def behind(self, told: Mapping[Stream, int]) -> dict[str, int]:
        """By consumer: of how many streams it has not seen the last version, or more."""
        found: dict[str, int] = {}
        for consumer, sources in SOURCES_OF.items():
            async with self.of(consumer) as connection:
                rows = await connection.fetch(
                    "select source, key, version from seen where consumer = $1", consumer
                )
            seen = {(row["source"], row["key"]): row["version"] for row in rows}
            wanted = {one: last for one, last in told.items() if one[0] in sources}
            found[consumer] = sum(
                seen.get(one, 0) != wanted.get(one, 0) for one in seen.keys() | wanted.keys()
            )
        return found

    async def set_aside(self) -> dict[str, int]:
        """What is parked or quarantined, by service."""
        found: dict[str, int] = {}
        for service in self._dsns:
            async with self.of(service) as connection:
                found[service] = int(
                    await connection.fetchval(
                        "select (select count(*) from parked) + (select count(*) from quarantine)"
                    )
                )
        return found

    async def journal_repeats(self) -> int:
        """Facts of which the picture has more than one change of the same record."""
        async with self.of("situation") as connection:
            return int(
                await connection.fetchval(
                    "select count(*) from (select fact_id, kind, id, source from journal "
                    "where fact_id is not null group by 1, 2, 3, 4 having count(*) > 1) as twice"
                )
            )

    async def left_over(self) -> tuple[int, dict[str, int]]:
        """Transactions that stand open, and how many connections each database has."""
        standing, connections = 0, dict[str, int]()
        for service in self._dsns:
            async with self.of(service) as connection:
                [row] = await connection.fetch(_LEFT_OVER, timedelta(seconds=STANDS_S))
            standing += row["open"]
            connections[service] = row["connections"]
        return standing, connections

    async def write_late(self, superuser_dsn: str) -> None:
        """The planted fault: commits are answered before they are written anywhere."""
        connection = await asyncpg.connect(superuser_dsn)
        try:
            await connection.execute("alter system set synchronous_commit = off")
            await connection.execute("alter system set wal_writer_delay = '10s'")
            await connection.execute("alter system set wal_writer_flush_after = '1GB'")
            await connection.execute("select pg_reload_conf()")
        finally:
            await connection.close()

    @asynccontextmanager
    async def of(self, service: str) -> AsyncGenerator[Any]:
        """A connection that sees the service's tables; a server that comes back is waited for."""
        connection = None
        while connection is None:
            try:
                connection = await asyncpg.connect(
                    self._dsns[service], timeout=5,
                    server_settings={"search_path": f"{service}, public"},
                )  # fmt: skip
            except TROUBLE:
                await asyncio.sleep(0.2)
        try:
            yield connection
        finally:
            connection.terminate()
