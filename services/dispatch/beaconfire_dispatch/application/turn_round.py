"""Turn a crew round that is on its way: its order ends in the moment in which the next is given."""

from datetime import datetime

from beaconfire_contracts.vocabulary import AssignmentStatus, StatusSource
from beaconfire_dispatch.application.ports import Assignments, Demands, Facts, Units
from beaconfire_dispatch.application.step_assignment import StepAssignment, step_assignment
from beaconfire_dispatch.domain.assignment import Assignment, Step
from beaconfire_dispatch.domain.recall import STILL_COMING, TURNED_ROUND, CrewThere


async def turn_round(
    one: Assignment,
    source: StatusSource,
    *,
    units: Units,
    assignments: Assignments,
    demands: Demands,
    facts: Facts,
    now: datetime,
) -> None:
    """End its order; CrewThere when it has arrived. The incident that it leaves asks again."""
    if one.status not in STILL_COMING:
        raise CrewThere(assignment_status=one.status.value)
    step = Step(AssignmentStatus.CANCELLED, now, source, TURNED_ROUND)
    await step_assignment(
        StepAssignment(one.id, one.incident_id, one.unit_id, step),
        units=units,
        assignments=assignments,
        demands=demands,
        facts=facts,
    )
