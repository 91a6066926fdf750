"""Grid workers' tasks, and whose worker answers for which part of the grid."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import DutyPart, Role, TaskFinding, TaskKind, TaskState
from beaconfire_dispatch.adapters.postgres import WALL_FLOOR_S
from beaconfire_dispatch.application.escalate_task import Untaken
from beaconfire_dispatch.application.escalate_unreached import Unreached
from beaconfire_dispatch.domain.roster import Responder
from beaconfire_dispatch.domain.task import Task
from beaconfire_platform.database import Connection

TASK_COLUMNS: Final = """
    task_id, incident_id, kind, person_id, state, stand_off_m, offered_at, due_at, reason, version,
    body, part, root_id, accept_by, seen_at, lon, lat, late_at, finding
"""
_ADD: Final = f"""
    insert into task ({TASK_COLUMNS})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
        $18, $19)
"""
_SAVE: Final = """
    update task set incident_id = $2, state = $3, reason = $4, version = $5, stand_off_m = $6,
        offered_at = $7, due_at = $8, accept_by = $9, seen_at = $10, lon = $11, lat = $12,
        late_at = $13, finding = $14,
        asked_wall = case when offered_at = $7 then asked_wall else clock_timestamp() end
    where task_id = $1
"""
_OPEN: Final = f"""
    select {TASK_COLUMNS} from task
    where incident_id = $1 and state in ('offered', 'accepted', 'arrived') order by task_id
"""
# The longest reach that holds the path answers; among equals whoever has least to do.
_RESPONDERS: Final = """
    select w.person_id, w.reach from grid_worker w
    where $1 = w.reach or $1 like replace(replace(w.reach, '\\', '\\\\'), '_', '\\_') || '.%'
    order by length(w.reach) desc,
        (select count(*) from task t where t.person_id = w.person_id
         and t.state in ('offered', 'accepted', 'arrived')), w.person_id
    limit $2
"""
RESPONDERS_MAX: Final = 20
"""A cell's shift, deputies and leaders; whoever comes after them is too far away to look."""
_WHO_CANNOT: Final = """
    select person_id from task
    where incident_id = $1 and state = 'cannot' and person_id is not null
"""
_STILL: Final = "select distinct person_id from grid_worker where person_id = any($1::text[])"
_UNTAKEN: Final = """
    select task_id, incident_id from task
    where state = 'offered' and accept_by <= $1
      and asked_wall <= clock_timestamp() - make_interval(secs => $2)
    order by accept_by limit $3
"""
_UNREACHED: Final = """
    select task_id, incident_id from task
    where (state = 'accepted' or state = 'offered' and part = 'desk')
      and late_at is null and due_at <= $1
      and asked_wall <= clock_timestamp() - make_interval(secs => $2)
    order by due_at limit $3
"""
_ALONG: Final = f"select {TASK_COLUMNS} from task where root_id = $1 order by task_id"


class PgTasks:
    """Tasks over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, task_id: TaskId) -> Task:
        """One task; NotFound when there is none."""
        record = await self._connection.fetchrow(
            f"select {TASK_COLUMNS} from task where task_id = $1", task_id
        )
        if record is None:
            raise NotFound
        return task_of(record)

    async def open_of_incident(self, incident_id: IncidentId) -> Sequence[Task]:
        """Tasks that are not done."""
        return [task_of(one) for one in await self._connection.fetch(_OPEN, incident_id)]

    async def add(self, task: Task) -> None:
        """Keep a new one."""
        await self._connection.execute(
            _ADD, task.id, task.incident_id, task.kind, task.person_id, task.state,
            task.stand_off_m, task.offered_at, task.due_at, task.reason, task.version,
            task.body, task.part, task.root, task.accept_by, task.seen_at, *_degrees(task.place),
            task.late_at, task.finding,
        )  # fmt: skip

    async def save(self, task: Task) -> None:
        """Keep a changed one."""
        await self._connection.execute(
            _SAVE, task.id, task.incident_id, task.state, task.reason, task.version,
            task.stand_off_m, task.offered_at, task.due_at, task.accept_by, task.seen_at,
            *_degrees(task.place), task.late_at, task.finding,
        )  # fmt: skip

    async def who_cannot(self, incident_id: IncidentId) -> frozenset[PersonId]:
        """Who said of an incident that they cannot."""
        found = await self._connection.fetch(_WHO_CANNOT, incident_id)
        return frozenset(PersonId(one["person_id"]) for one in found)

    async def still_workers(self, person_ids: Sequence[PersonId]) -> frozenset[PersonId]:
        """Which of these people are grid workers now."""
        found = await self._connection.fetch(_STILL, list(person_ids))
        return frozenset(PersonId(one["person_id"]) for one in found)

    async def untaken(self, now: datetime, limit: int) -> Sequence[Untaken]:
        """Tasks that nobody took in time, by business time and by the wall."""
        found = await self._connection.fetch(_UNTAKEN, now, WALL_FLOOR_S, limit)
        return [
            Untaken(TaskId(str(one["task_id"])), IncidentId(str(one["incident_id"])))
            for one in found
        ]

    async def unreached(self, now: datetime, limit: int) -> Sequence[Unreached]:
        """Tasks that nobody reached in time, by business time and by the wall."""
        found = await self._connection.fetch(_UNREACHED, now, WALL_FLOOR_S, limit)
        return [
            Unreached(TaskId(str(one["task_id"])), IncidentId(str(one["incident_id"])))
            for one in found
        ]

    async def along(self, task: Task) -> Sequence[Task]:
        """All tasks of one ladder, in the order in which they were asked."""
        return [task_of(one) for one in await self._connection.fetch(_ALONG, task.root)]

    async def responders(self, path: str) -> Sequence[Responder]:
        """Whose reach holds a path: the longest first, then whoever has least to do."""
        found = await self._connection.fetch(_RESPONDERS, path, RESPONDERS_MAX)
        return [
            Responder(DutyPart.WORKER, one["reach"], PersonId(one["person_id"])) for one in found
        ]

    async def workers(self, person_id: PersonId, grants: Sequence[Grant]) -> None:
        """A person's reaches as a grid worker are these from now on."""
        await self._connection.execute("delete from grid_worker where person_id = $1", person_id)
        reaches = {one.reach for one in grants if one.role is Role.GRID_WORKER}
        await self._connection.executemany(
            "insert into grid_worker (person_id, reach) values ($1, $2)",
            [(person_id, reach) for reach in sorted(reaches)],
        )


def task_of(record: Mapping[str, Any]) -> Task:
    """A task from its row."""
    person_id, task_id, root_id = record["person_id"], record["task_id"], record["root_id"]
    return Task(
        id=TaskId(str(task_id)),
        incident_id=IncidentId(str(record["incident_id"])),
        kind=TaskKind(record["kind"]),
        person_id=None if person_id is None else PersonId(person_id),
        state=TaskState(record["state"]),
        stand_off_m=record["stand_off_m"],
        offered_at=record["offered_at"],
        due_at=record["due_at"],
        version=record["version"],
        reason=record["reason"],
        body=None if record["body"] is None else BodyId(record["body"]),
        part=DutyPart(record["part"]),
        root_id=None if root_id == task_id else TaskId(str(root_id)),
        accept_by=record["accept_by"],
        seen_at=record["seen_at"],
        place=None if record["lon"] is None else Point(record["lon"], record["lat"]),
        late_at=record["late_at"],
        finding=None if record["finding"] is None else TaskFinding(record["finding"]),
    )


def _degrees(place: Point | None) -> tuple[float | None, float | None]:
    return (None, None) if place is None else (place.lon, place.lat)
