"""Who arrived at this moment is not late: it is looked at again under the lock."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from beaconfire_contracts.facts.grid_work import TaskEscalated
from beaconfire_contracts.ids import IncidentId, PersonId, TaskId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.escalate_unreached import Unreached, escalate_unreached, keys
from beaconfire_dispatch.domain.task import Task
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id


async def _late(tables: Any, task: Task) -> bool:
    command = Unreached(task.id, task.incident_id)
    assert keys(command) == (aggregate(task.incident_id),)
    return await escalate_unreached(
        command, tasks=tables.tasks, demands=tables.demands, facts=tables.tx,
        rosters=tables.rosters, new_id=new_id, now=wall_now(),
    )  # fmt: skip


async def test_it_is_looked_at_again_and_noted_once_also_where_nobody_is_above(
    tables: Any,
) -> None:
    now = wall_now()
    taken = Task(
        TaskId(new_id()), IncidentId(new_id()), TaskKind.VERIFY, PersonId("p"), TaskState.ACCEPTED,
        100.0, now - timedelta(hours=1), now - timedelta(minutes=1), 1,
    )  # fmt: skip
    there = replace(taken, id=TaskId(new_id()), state=TaskState.ARRIVED)
    await tables.tasks.add(taken)
    await tables.tasks.add(there)

    told = [await _late(tables, one) for one in (taken, taken, there)]

    assert told == [True, False, False]
    assert (await tables.tasks.get(taken.id)).late_at is not None
    assert (await tables.tasks.get(there.id)).late_at is None
    assert tables.told(TaskEscalated) == []
