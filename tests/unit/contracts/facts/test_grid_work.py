"""Grid work's facts: those of a task lie on the incident's stream, rosters on the area's."""

from beaconfire_contracts.facts import spec_for
from beaconfire_contracts.facts.grid_work import RosterChanged, TaskEscalated, TaskRaised, TaskSeen


def test_what_is_told_of_a_task_lies_on_the_stream_of_its_incident() -> None:
    told = (TaskSeen, TaskEscalated, TaskRaised)
    assert {spec_for(one).key_field for one in told} == {"incident_id"}
    assert spec_for(RosterChanged).key_field == "area"
