"""A task is offered once; told anew it keeps its id and whatever state it has."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts.dispatch import TaskOffered, TaskStateChanged
from beaconfire_contracts.ids import IncidentId, PersonId, TaskId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.offer_task import keys, offer_task
from beaconfire_dispatch.domain.task import Task
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id


async def test_what_was_accepted_stays_accepted_under_other_circumstances(tables: Any) -> None:
    now = wall_now()
    task = Task(
        TaskId(new_id()), IncidentId(new_id()), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED,
        0.0, now, now, 1,
    )  # fmt: skip
    accepted = replace(task, state=TaskState.ACCEPTED, stand_off_m=100.0, version=2)
    assert keys(task) == (aggregate(task.incident_id),)

    await offer_task(task, None, tasks=tables.tasks, facts=tables.tx)
    assert tables.told(TaskStateChanged) == []
    await offer_task(accepted, None, tasks=tables.tasks, facts=tables.tx)

    assert [one.stand_off_m for one in tables.told(TaskOffered)] == [0.0, 100.0]
    [told] = tables.told(TaskStateChanged)
    assert told.state is TaskState.ACCEPTED
    assert await tables.tasks.get(task.id) == accepted
