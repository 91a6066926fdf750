"""Beds in SQL: one statement takes one, and the table's check refuses what is not there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import asyncpg

from beaconfire_contracts.ids import AssignmentId, HospitalId
from beaconfire_contracts.refusals import NotFound
from beaconfire_dispatch.application.bed_ports import BedCount, Kept
from beaconfire_platform.database import Connection, Database

_REPORT: Final = """
    update hospital set beds_free = $2, beds_told_at = $3
    where hospital_id = $1 and beds_kept <= $2 returning true
"""
_TAKE: Final = """
    update hospital set beds_kept = beds_kept + 1
    where hospital_id = $1 and (beds_free is null or beds_kept < beds_free) returning true
"""
_HOLD: Final = """
    select from hospital where hospital_id = any($1::uuid[]) order by hospital_id for update
"""
_KEEP: Final = "insert into bed (assignment_id, hospital_id, kept_at) values ($1, $2, $3)"
# Who was handed over lies in it: until the hospital counts anew there is one less.
_GIVE_BACK: Final = """
    update hospital set beds_kept = beds_kept - 1,
        beds_free = case when $2::boolean then beds_free - 1 else beds_free end
    where hospital_id = $1
"""
_OVER: Final = """
    select b.assignment_id, b.hospital_id from bed b join assignment a using (assignment_id)
    where not upper_inf(a.during) order by b.kept_at limit $1
"""
_COUNTS: Final = "select hospital_id, beds_free, beds_kept, beds_told_at from hospital"


class PgBeds:
    """Beds over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def report(self, hospital_id: HospitalId, beds_free: int, at: datetime) -> bool:
        """Keep what a hospital says; False where more are kept than it says there are."""
        if await self._connection.fetchval(_REPORT, hospital_id, beds_free, at):
            return True
        known = await self._connection.fetchval(
            "select true from hospital where hospital_id = $1", hospital_id
        )
        if not known:
            raise NotFound
        return False

    async def of(self, assignment_id: AssignmentId) -> Kept | None:
        """The bed that is kept for an assignment."""
        found = await self._connection.fetchval(
            "select hospital_id from bed where assignment_id = $1", assignment_id
        )
        return None if found is None else Kept(assignment_id, HospitalId(str(found)))

    async def hold(self, hospital_ids: Sequence[HospitalId]) -> None:
        """Lock their rows, always in the same order: two that move beds crosswise wait in turn."""
        await self._connection.execute(_HOLD, list(hospital_ids))

    async def keep(self, kept: Kept, at: datetime) -> bool:
        """Keep one; False where none is left."""
        if not await self._connection.fetchval(_TAKE, kept.hospital_id):
            return False
        await self._connection.execute(_KEEP, kept.assignment_id, kept.hospital_id, at)
        return True

    async def release(self, kept: Kept, *, is_handed_over: bool) -> None:
        """Keep it no longer; what was handed over is free no more."""
        await self._connection.execute(
            "delete from bed where assignment_id = $1", kept.assignment_id
        )
        await self._connection.execute(_GIVE_BACK, kept.hospital_id, is_handed_over)

    async def over(self, limit: int) -> Sequence[Kept]:
        """Those kept for assignments that have ended."""
        return [
            Kept(AssignmentId(str(one["assignment_id"])), HospitalId(str(one["hospital_id"])))
            for one in await self._connection.fetch(_OVER, limit)
        ]


class PgBedViews:
    """Answers over the pool."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._pool: asyncpg.Pool = database.pool

    async def counts(self) -> Mapping[HospitalId, BedCount]:
        """What each hospital said, and how many are promised."""
        return {
            HospitalId(str(one["hospital_id"])): BedCount(
                one["beds_free"], one["beds_kept"], one["beds_told_at"]
            )
            for one in await self._pool.fetch(_COUNTS)
        }
