"""Proposes where free units stand best: when one frees, and, within a budget, by moving one up.

It looks every few seconds beside the planner, and only where that one plans.
"""

import asyncio
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import StandbyReason
from beaconfire_dispatch.adapters.cover_curves import curves_of, read_calls
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.adapters.postgres import UNIT_COLUMNS, PgAssignments, PgUnits, unit_of
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.application.propose_standby import keys, propose_standby
from beaconfire_dispatch.domain.engine.standby import CoverCurve
from beaconfire_dispatch.domain.standby import Standby
from beaconfire_dispatch.domain.standby_choice import Scene, Site, better_places
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Connection, Database
from beaconfire_platform.log.lease import Lease

LOOK_EVERY_S: Final = 5.0
CURVES_S: Final = 300.0
"""How often calls cell by cell are counted anew, by the wall."""
BUDGET_OF: Final = timedelta(hours=1)
"""Over how long moves are counted for their budget."""
# Whom a waiting incident's newest advice names is about to be sent: it is placed nowhere else.
_FREE: Final = f"""
    with wanted as materialized (
        select unnest(newest.units) as unit_id from demand d cross join lateral (
            select r.units from recommendation r where r.incident_id = d.incident_id
            order by r.made_at desc limit 1) newest
        where d.merged_into is null and not d.ended and not d.answered)
    select {UNIT_COLUMNS} from unit where primary_status = 'available' and not exists (
        select from assignment a where a.unit_id = unit.unit_id and upper_inf(a.during))
    and unit_id not in (select unit_id from wanted)
    order by unit_id
"""
_STATIONS: Final = """
    select station_id, body, lon, lat, retired_at is not null as is_retired from station
    order by station_id
"""
_WAITING: Final = """
    select exists (select from demand d where d.merged_into is null and not d.ended
        and d.response_id is not null and not d.answered and not exists (
            select from assignment a
            where a.incident_id = d.incident_id and upper_inf(a.during)))
"""
_MOVES: Final = "select count(*) from move_up where proposed_at > $1"
_FORGET_MOVES: Final = "delete from move_up where proposed_at <= $1"
_log: Final = structlog.get_logger(__name__)


class StandbyPlanner:
    """Keeps free units where the next call is likely to be."""

    def __init__(self, database: Database, clock: Clock, roads: Roads, lease: Lease) -> None:
        """`lease` is the planner's: who plans proposes places too."""
        self._database = database
        self._clock = clock
        self._roads = roads
        self._lease = lease
        self._curves: tuple[float, list[Point], CoverCurve] | None = None

    async def plan_forever(self) -> None:
        """Look every few seconds; a database that is away is waited for."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if self._lease.is_ours:
                    await self.plan()
            except TROUBLE as error:
                _log.warning("standby_waits", error=type(error).__name__)

    async def plan(self) -> int:
        """One look; how many places were proposed."""
        now = self._clock.now()
        async with self._database.reading() as connection:
            scene = await _read(connection, now)
        if not scene.units or len(scene.stations) < 2:
            return 0
        curves = await self._known_curves(scene, now)
        beside = self._database.bell.turns.beside
        wanted = await beside(partial(better_places, scene, curves, now))
        return sum([await self._propose(one) for one in wanted])

    async def _known_curves(self, scene: Scene, now: datetime) -> CoverCurve:
        """Counted anew now and then; at once where a station was added or moved."""
        known = self._curves
        posts = [one.point for one in scene.stations]
        if known and time.monotonic() - known[0] < CURVES_S and known[1] == posts:
            return known[2]
        async with self._database.reading() as connection:
            calls = await read_calls(connection, now)
        beside = self._database.bell.turns.beside
        curves = await beside(partial(curves_of, calls, self._roads, posts, now))
        self._curves = (time.monotonic(), posts, curves)
        return curves

    async def _propose(self, one: Standby) -> bool:
        """Whether it was told; another may plan by now, and then nothing of ours is (R28)."""
        cause = Cause(actor="dispatch:standby", correlation_id=one.unit_id)
        async with self._database.transaction(*keys(one), cause=cause) as tx:
            if not await self._lease.confirm(tx.connection):
                return False
            is_told = await propose_standby(
                one,
                units=PgUnits(tx.connection),
                assignments=PgAssignments(tx.connection),
                standbys=PgStandbys(tx.connection),
                facts=tx,
            )
            if is_told and one.reason is StandbyReason.MOVE_UP:
                await tx.connection.execute(_FORGET_MOVES, one.since - BUDGET_OF)
                await tx.connection.execute(
                    "insert into move_up (unit_id, proposed_at) values ($1, $2)",
                    one.unit_id, one.since,
                )  # fmt: skip
        return is_told


async def _read(connection: Connection, now: datetime) -> Scene:
    units = [unit_of(one) for one in await connection.fetch(_FREE)]
    words = {str(one.unit_id): one for one in await PgStandbys(connection).in_force()}
    return Scene(
        units,
        words,
        [
            Site(
                str(one["station_id"]),
                one["body"],
                Point(one["lon"], one["lat"]),
                one["is_retired"],
            )
            for one in await connection.fetch(_STATIONS)
        ],
        await PgEngineRules(connection).get(),
        await connection.fetchval(_MOVES, now - BUDGET_OF),
        await connection.fetchval(_WAITING),
    )
