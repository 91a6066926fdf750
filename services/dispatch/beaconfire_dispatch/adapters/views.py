"""Dispatch's answers to questions, in SQL beside their row mapping."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from beaconfire_contracts.facts.dispatch import HospitalRegistered
from beaconfire_contracts.ids import AssignmentId, IncidentId, TaskId, UnitId
from beaconfire_dispatch.adapters.demands import DEMAND_COLUMNS, PgDemands, PgPolicies, demand_of
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.adapters.instructions import PgInstructions
from beaconfire_dispatch.adapters.postgres import (
    ASSIGNMENT_COLUMNS,
    UNIT_COLUMNS,
    assignment_of,
    unit_of,
)
from beaconfire_dispatch.adapters.registers import (
    HOSPITAL_COLUMNS,
    STATION_COLUMNS,
    hospital_of,
    station_of,
)
from beaconfire_dispatch.adapters.standbys import PgStandbys
from beaconfire_dispatch.adapters.tasks import TASK_COLUMNS, task_of
from beaconfire_dispatch.application.ports import Station
from beaconfire_dispatch.application.queries import (
    AdviceView,
    AssignmentView,
    Bounds,
    Companion,
    TaskView,
    UnitView,
)
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_dispatch.domain.instruction import Instruction
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.domain.standby import Standby
from beaconfire_platform.access.predicate import Columns, predicate
from beaconfire_platform.database import Database

PLACE: Final = "case when d.path is null or d.path = 'unplaced' then d.division else d.path end"


def _of(alias: str, columns: str) -> str:
    """Column names of a table under an alias, kept apart by a prefix where two tables meet."""
    return ", ".join(
        f"{alias}.{name.strip()} as {alias}_{name.strip()}" for name in columns.split(",")
    )


_UNIT: Final = f"""
    select {_of("u", UNIT_COLUMNS)}, {_of("s", STATION_COLUMNS)},
           a.incident_id::text as incident_id, a.assignment_id::text as assignment_id
    from unit u join station s on s.station_id = u.station_id
    left join assignment a on a.unit_id = u.unit_id and upper_inf(a.during)
"""
_UNITS_SEEN: Final = predicate(
    Columns(path="u.division", owner="u.body", unit_ids="array[u.unit_id::text]")
)
_UNITS: Final = f"{_UNIT} where {_UNITS_SEEN} and u.call_sign > $7 order by u.call_sign limit $8"
_UNITS_AMONG: Final = f"""
    {_UNIT} where {_UNITS_SEEN} and u.unit_id = any($7::uuid[]) order by u.call_sign
"""
_ASSIGNMENT: Final = f"""
    select {_of("a", ASSIGNMENT_COLUMNS)}, {_of("d", DEMAND_COLUMNS)}, u.call_sign, u.body,
           b.hospital_id::text as hospital_id
    from assignment a join unit u on u.unit_id = a.unit_id
    left join demand d on d.incident_id = a.incident_id
    left join bed b on b.assignment_id = a.assignment_id
"""
_ASSIGNMENTS_SEEN: Final = predicate(
    Columns(
        path=PLACE,
        owner="d.owner",
        participants="d.participants || u.body",
        unit_ids="array[a.unit_id::text]",
    )
)
_ASSIGNMENTS: Final = f"""{_ASSIGNMENT}
    where {_ASSIGNMENTS_SEEN}
      and ($7::uuid is null or a.unit_id = $7) and ($8::uuid is null or a.incident_id = $8)
      and ($9::boolean is null or upper_inf(a.during) = $9)
      and a.assignment_id > $10 order by a.assignment_id limit $11
"""
_TASK: Final = f"""
    select {_of("t", TASK_COLUMNS)}, {_of("d", DEMAND_COLUMNS)}
    from task t left join demand d on d.incident_id = t.incident_id
"""
_TASKS_SEEN: Final = predicate(
    Columns(
        path=PLACE,
        owner="d.owner",
        participants="d.participants || array_remove(array[t.body], null)",
        person_ids="case when t.person_id is null then '{}'::text[] else array[t.person_id] end",
    )
)
_TASKS: Final = f"""{_TASK}
    where {_TASKS_SEEN}
      and ($7::boolean is null or (t.state in ('offered', 'accepted', 'arrived')) = $7)
      and ($8::timestamptz is null or t.offered_at >= $8)
      and t.task_id > $9 order by t.task_id limit $10
"""
_COMPANIONS: Final = """
    select a.incident_id::text as incident_id, a.unit_id::text as unit_id, u.call_sign, u.kind,
           a.status, a.eta_at
    from assignment a join unit u on u.unit_id = a.unit_id
    where a.incident_id = any($1::uuid[]) and upper_inf(a.during)
    order by a.eta_at nulls last, u.call_sign
"""
_ADVICE: Final = """
    select recommendation_id, made_at, answer from recommendation where incident_id = $1
    order by made_at desc, recommendation_id desc limit 1
"""
_WAS_RECOMMENDED: Final = """
    select exists (select from recommendation where recommendation_id = $2 and incident_id = $1)
"""
FIRST_ID: Final = "00000000-0000-0000-0000-000000000000"


class PgViews:
    """Answers over the pool."""

    def __init__(self, database: Database) -> None:
        """One database."""
        self._pool = database.pool

    async def demand(self, incident_id: IncidentId) -> Demand | None:
        """What is known of an incident here."""
        async with self._pool.acquire() as connection:
            return await PgDemands(connection).get(incident_id)

    async def unit(self, unit_id: UnitId) -> UnitView | None:
        """One unit."""
        record = await self._pool.fetchrow(f"{_UNIT} where u.unit_id = $1", unit_id)
        return None if record is None else _unit(record)

    async def units(self, bounds: Bounds, *, after: str, limit: int) -> Sequence[UnitView]:
        """A page of units by call sign."""
        return [_unit(one) for one in await self._pool.fetch(_UNITS, *bounds, after, limit)]

    async def units_among(self, bounds: Bounds, unit_ids: Sequence[str]) -> Sequence[UnitView]:
        """Those of these units that a caller may see, by call sign."""
        return [_unit(one) for one in await self._pool.fetch(_UNITS_AMONG, *bounds, unit_ids)]

    async def assignment(self, assignment_id: AssignmentId) -> AssignmentView | None:
        """One assignment."""
        record = await self._pool.fetchrow(
            f"{_ASSIGNMENT} where a.assignment_id = $1", assignment_id
        )
        return None if record is None else _assignment(record)

    async def assignments(
        self,
        bounds: Bounds,
        *,
        unit_id: str | None,
        incident_id: str | None,
        is_open: bool | None,
        after: str,
        limit: int,
    ) -> Sequence[AssignmentView]:
        """A page of assignments by id, which is the order in which they were given."""
        records = await self._pool.fetch(
            _ASSIGNMENTS, *bounds, unit_id, incident_id, is_open, after or FIRST_ID, limit
        )
        return [_assignment(one) for one in records]

    async def task(self, task_id: TaskId) -> TaskView | None:
        """One task."""
        record = await self._pool.fetchrow(f"{_TASK} where t.task_id = $1", task_id)
        return None if record is None else _task(record)

    async def tasks(
        self, bounds: Bounds, *, active: bool | None, since: datetime | None, after: str, limit: int
    ) -> Sequence[TaskView]:
        """A page of tasks by id, those that were offered since a moment."""
        asked = (active, since, after or FIRST_ID, limit)
        records = await self._pool.fetch(_TASKS, *bounds, *asked)
        return [_task(one) for one in records]

    async def companions(self, incident_ids: Iterable[str]) -> Mapping[str, Sequence[Companion]]:
        """Who is on each of these incidents now, the first to arrive first."""
        found: dict[str, list[Companion]] = {}
        for one in await self._pool.fetch(_COMPANIONS, sorted(set(incident_ids))):
            found.setdefault(one["incident_id"], []).append(
                Companion(
                    one["unit_id"], one["call_sign"], one["kind"], one["status"], one["eta_at"]
                )
            )
        return found

    async def stations(self) -> Sequence[Station]:
        """All stations by code."""
        records = await self._pool.fetch(f"select {STATION_COLUMNS} from station order by code")
        return [station_of(one) for one in records]

    async def hospitals(self) -> Sequence[HospitalRegistered]:
        """All hospitals by code."""
        records = await self._pool.fetch(f"select {HOSPITAL_COLUMNS} from hospital order by code")
        return [hospital_of(one) for one in records]

    async def policies(self) -> Sequence[Policy]:
        """How each priority is answered."""
        async with self._pool.acquire() as connection:
            return await PgPolicies(connection).every()

    async def standbys(self) -> Sequence[Standby]:
        """The words on places of free units that had no order since."""
        async with self._pool.acquire() as connection:
            return await PgStandbys(connection).in_force()

    async def engine_rules(self) -> EngineRules:
        """What the engine may do."""
        async with self._pool.acquire() as connection:
            return await PgEngineRules(connection).get()

    async def advice(self, incident_id: IncidentId) -> AdviceView | None:
        """The newest recommendation."""
        record = await self._pool.fetchrow(_ADVICE, incident_id)
        if record is None:
            return None
        answer = msgspec.json.decode(record["answer"])
        return AdviceView(str(record["recommendation_id"]), record["made_at"], answer)

    async def instructions(self, incident_id: IncidentId) -> Sequence[Instruction]:
        """What desks said of units for one incident."""
        async with self._pool.acquire() as connection:
            return await PgInstructions(connection).of_incident(incident_id)

    async def was_recommended(self, incident_id: IncidentId, recommendation_id: str) -> bool:
        """Whether a recommendation of this id was made for the incident."""
        return await self._pool.fetchval(_WAS_RECOMMENDED, incident_id, recommendation_id)


class _Prefixed(dict[str, Any]):
    """The columns of one table of a joined row, under their own names."""

    def __init__(self, record: asyncpg.Record, alias: str) -> None:
        """All columns that begin with the alias."""
        lead = f"{alias}_"
        super().__init__(
            (name[len(lead) :], value) for name, value in record.items() if name.startswith(lead)
        )


def _unit(record: asyncpg.Record) -> UnitView:
    return UnitView(
        unit_of(_Prefixed(record, "u")),
        station_of(_Prefixed(record, "s")),
        record["incident_id"],
        record["assignment_id"],
    )


def _demand(record: asyncpg.Record) -> Demand | None:
    return None if record["d_incident_id"] is None else demand_of(_Prefixed(record, "d"))


def _assignment(record: asyncpg.Record) -> AssignmentView:
    return AssignmentView(
        assignment_of(_Prefixed(record, "a")),
        record["call_sign"],
        record["body"],
        _demand(record),
        record["hospital_id"],
    )


def _task(record: asyncpg.Record) -> TaskView:
    return TaskView(task_of(_Prefixed(record, "t")), _demand(record))
