"""Rosters in SQL beside their row mapping, and the time zones that they are read in."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import IncidentId, PersonId
from beaconfire_dispatch.adapters.tasks import PgTasks
from beaconfire_dispatch.application.find_responders import find_responders
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.roster import Responder, Roster, rungs_above
from beaconfire_dispatch.domain.task import Task, people_asked
from beaconfire_platform import codec
from beaconfire_platform.database import Connection, Database

_OVER: Final = """
    select distinct on (r.area) r.area, r.version, r.zone, r.duties from roster r
    where r.area = any($1::text[]) order by r.area, r.version desc
"""
_BELOW: Final = """
    select distinct on (r.area) r.area, r.version, r.zone, r.duties from roster r
    where (r.area = $1 or starts_with(r.area, $1 || '.')) and r.area > $2
    order by r.area, r.version desc limit $3
"""
_VERSIONS: Final = """
    select area, max(version) as version from roster where area = any($1::text[]) group by area
"""
_ADD: Final = """
    insert into roster (area, version, zone, duties, issued_by, issued_at)
    values ($1, $2, $3, $4, $5, $6)
"""
NO_INCIDENT: Final = IncidentId("")
"""Who answers for a place is asked of places at which nothing has happened, too."""
_DUTIES: Final = msgspec.json.Decoder(tuple[Duty, ...])


class PgRosters:
    """Rosters over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def over(self, areas: Sequence[str]) -> Sequence[Roster]:
        """The rosters in force of these areas, in this order; without those that have none."""
        if not areas:
            return ()
        records = await self._connection.fetch(_OVER, list(areas))
        found = {one["area"]: _roster(one) for one in records}
        return [found[area] for area in areas if area in found and found[area].duties]

    async def versions(self, areas: Sequence[str]) -> Mapping[str, int]:
        """The newest version of each area's roster, of those that ever had one."""
        records = await self._connection.fetch(_VERSIONS, list(areas))
        return {one["area"]: one["version"] for one in records}

    async def add(self, roster: Roster, *, issued_by: str, issued_at: datetime) -> None:
        """Keep a new version."""
        await self._connection.execute(
            _ADD, roster.area, roster.version, roster.zone, codec.encode(roster.duties), issued_by,
            issued_at,
        )  # fmt: skip

    def zone(self, name: str) -> tzinfo:
        """A time zone by its IANA name."""
        return ZoneInfo(name)

    def is_zone(self, name: str) -> bool:
        """Whether there is such a time zone."""
        return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


class PgRosterViews:
    """Answers about rosters over the pool."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._pool = database.pool

    async def below(self, area: str, *, after: str, limit: int) -> Sequence[Roster]:
        """A page of the rosters of an area and all below it, also of those that were emptied."""
        return [_roster(one) for one in await self._pool.fetch(_BELOW, area, after, limit)]

    async def over(self, areas: Sequence[str]) -> Sequence[Roster]:
        """The rosters in force of these areas, in this order; without those that have none."""
        async with self._pool.acquire() as connection:
            return await PgRosters(connection).over(areas)

    async def still_workers(self, person_ids: Sequence[PersonId]) -> frozenset[PersonId]:
        """Which of these people are grid workers now."""
        async with self._pool.acquire() as connection:
            return await PgTasks(connection).still_workers(person_ids)

    def zone(self, name: str) -> tzinfo:
        """A time zone by its IANA name."""
        return ZoneInfo(name)

    def is_zone(self, name: str) -> bool:
        """Whether there is such a time zone."""
        return name in _zones()

    async def responders(
        self, path: str | None, also_in: Sequence[str], now: datetime
    ) -> Sequence[Responder]:
        """Who would be asked at a place at a moment, in the order of the ladder."""
        place = Demand(NO_INCIDENT, path=path, also_in=tuple(also_in))
        async with self._pool.acquire() as connection:
            return await find_responders(
                place, tasks=PgTasks(connection), rosters=PgRosters(connection), now=now
            )

    async def along(self, task: Task) -> Sequence[Task]:
        """All tasks of one ladder, in the order in which they were asked."""
        async with self._pool.acquire() as connection:
            return await PgTasks(connection).along(task)

    async def ahead(self, last: Task, demand: Demand, now: datetime) -> Sequence[Responder]:
        """Who would be asked after the last of a ladder, one after the other."""
        async with self._pool.acquire() as connection:
            tasks, rosters = PgTasks(connection), PgRosters(connection)
            found = await find_responders(demand, tasks=tasks, rosters=rosters, now=now)
            asked = await tasks.who_cannot(last.incident_id) | people_asked(await tasks.along(last))
        return rungs_above(found, last.part, asked)


def _roster(record: Any) -> Roster:
    return Roster(
        record["area"], record["version"], record["zone"], _DUTIES.decode(record["duties"])
    )
