"""Grid workers' tasks, and whose worker answers for which part of the grid."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, TaskId
from beaconfire_contracts.refusals import NotFound
from beaconfire_contracts.vocabulary import Role, TaskKind, TaskState
from beaconfire_dispatch.application.ports import Responder, Task
from beaconfire_platform.database import Connection

TASK_COLUMNS: Final = """
    task_id, incident_id, kind, person_id, state, stand_off_m, offered_at, due_at, reason, version,
    body
"""
_ADD: Final = f"""
    insert into task ({TASK_COLUMNS}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
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
            task.body,
        )  # fmt: skip

    async def save(self, task: Task) -> None:
        """Keep a changed one."""
        await self._connection.execute(
            "update task set incident_id = $2, state = $3, reason = $4, version = $5, "
            "stand_off_m = $6, offered_at = $7, due_at = $8 where task_id = $1",
            task.id, task.incident_id, task.state, task.reason, task.version, task.stand_off_m,
            task.offered_at, task.due_at,
        )  # fmt: skip

    async def who_cannot(self, incident_id: IncidentId) -> frozenset[PersonId]:
        """Who said of an incident that they cannot."""
        found = await self._connection.fetch(_WHO_CANNOT, incident_id)
        return frozenset(PersonId(one["person_id"]) for one in found)

    async def responders(self, path: str) -> Sequence[Responder]:
        """Who answers for a path: the longest reach first, then whoever has least to do."""
        found = await self._connection.fetch(_RESPONDERS, path, RESPONDERS_MAX)
        return [Responder(PersonId(one["person_id"]), one["reach"]) for one in found]

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
    person_id = record["person_id"]
    return Task(
        id=TaskId(str(record["task_id"])),
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
    )
