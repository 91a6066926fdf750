"""Dispatch's part of the picture: the answer to each incident; units, stations, hospitals."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact, grid_work, standing_by, stations
from beaconfire_contracts.facts import dispatch as facts
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data

Folder = Callable[[Any, Data], Data]
_STEPS: Final[dict[type[Fact], str]] = {
    facts.AssignmentAcknowledged: "acknowledged",
    facts.AssignmentEnRoute: "en_route",
    facts.AssignmentOnScene: "on_scene",
    facts.AssignmentTransporting: "transporting",
    facts.AssignmentAtHospital: "at_hospital",
    facts.AssignmentCleared: "cleared",
    facts.AssignmentRefused: "refused",
    facts.AssignmentCancelled: "cancelled",
}
_RANK: Final = {
    status: rank
    for rank, status in enumerate(
        ("dispatched", "acknowledged", "en_route", "on_scene", "transporting", "at_hospital")
    )
}
_THERE: Final = frozenset({"on_scene", "transporting", "at_hospital"})
"""Who is there is called back no more."""
_ENDED: Final = frozenset({"cleared", "refused", "cancelled"})


def with_answer(data: Data, **changed: Any) -> Data:
    """The answer to an incident with something changed; what was never told of it is empty."""
    empty: Data = {"response": None, "recommendation": None, "assignments": {}, "tasks": {}}
    return empty | data | changed


def _response(fact: facts.ResponseOpened, data: Data) -> Data:
    return with_answer(
        data,
        response={
            "response_id": fact.response_id,
            "opened_at": plain(fact.opened_at),
            "target_at": plain(fact.target_at),
            "needs": plain(fact.needs),
            "mode": plain(fact.mode),
            "alarm_level": fact.alarm_level,
            "ended_at": None,
        },
    )


def _struck(fact: facts.NextAlarmStruck, data: Data) -> Data:
    known = data.get("response") or {}
    asked = {"alarm_level": fact.level, "needs": plain(fact.needs)}
    return with_answer(data, response=known | asked)


def _ended(fact: facts.ResponseEnded, data: Data) -> Data:
    known = data.get("response") or {}
    return with_answer(data, response=known | {"ended_at": plain(fact.ended_at)})


def _recommended(fact: facts.RecommendationMade, data: Data) -> Data:
    told = plain(fact)
    del told["incident_id"]
    return with_answer(data, recommendation=told)


def with_assignment(data: Data, assignment_id: str, **changed: Any) -> Data:
    """The answer with something changed of one of its assignments."""
    held: Data = data.get("assignments", {})
    one = held.get(assignment_id, {}) | changed
    return with_answer(data, assignments=held | {assignment_id: one})


def _dispatched(fact: facts.AssignmentDispatched, data: Data) -> Data:
    return with_assignment(
        data,
        fact.assignment_id,
        unit_id=fact.unit_id,
        status="dispatched",
        fence=fact.fence,
        dispatched_at=plain(fact.dispatched_at),
        eta_at=plain(fact.eta_at),
        acknowledge_by=plain(fact.acknowledge_by),
        is_automatic=fact.is_automatic,
        address_changed=False,
        reminded_at=None,
        recall=None,
        version=1,
        steps={},
        told={},
        gaps=[],
    )


def _rehomed(fact: facts.AssignmentRehomed, data: Data) -> Data:
    """It came from another incident, whose own stream told its steps so far."""
    empty: Data = {
        "eta_at": None,
        "acknowledge_by": None,
        "address_changed": False,
        "reminded_at": None,
        "recall": None,
        "steps": {},
        "told": {},
        "gaps": [],
    }
    known = data.get("assignments", {}).get(fact.assignment_id, {})
    told = {
        "unit_id": fact.unit_id,
        "status": plain(fact.status),
        "fence": fact.fence,
        "dispatched_at": plain(fact.dispatched_at),
        "version": fact.version,
    }
    return with_assignment(data, fact.assignment_id, **(empty | known | told))


def _moved_away(fact: facts.AssignmentMovedAway, data: Data) -> Data:
    left = {
        name: one for name, one in data.get("assignments", {}).items() if name != fact.assignment_id
    }
    return with_answer(data, assignments=left)


def _stepped(fact: Any, data: Data) -> Data:  # one of _STEPS
    """A late step keeps its time, does not move the status back, and fills its gap."""
    status = _STEPS[type(fact)]
    known: Data = data.get("assignments", {}).get(fact.assignment_id, {})
    before = known.get("status", "dispatched")
    moves = before not in _ENDED and (status in _ENDED or _RANK[status] > _RANK.get(before, 0))
    steps: Data = known.get("steps", {}) | {status: plain(fact.occurred_at)}
    told = {"at": plain(fact.told_at), "source": plain(fact.source)}
    return with_assignment(
        data,
        fact.assignment_id,
        unit_id=fact.unit_id,
        status=status if moves else before,
        version=next_version(known),
        steps=steps,
        told=known.get("told", {}) | {status: told},
        gaps=sorted({*known.get("gaps", []), *plain(getattr(fact, "gaps", ()))} - steps.keys()),
        address_changed=known.get("address_changed", False) and status != "acknowledged",
        recall=None if status in _THERE else known.get("recall"),
    )


def _reminded(fact: facts.Reminded, data: Data) -> Data:
    known: Data = data.get("assignments", {}).get(fact.assignment_id, {})
    return with_assignment(
        data,
        fact.assignment_id,
        reminded_at=plain(fact.reminded_at),
        version=next_version(known),
    )


def next_version(assignment: Data) -> int | None:
    """Dispatch counts an assignment's changes; a desk names the one that it saw."""
    version: int | None = assignment.get("version")
    return None if version is None else version + 1


def _reassigned(fact: facts.Reassigned, data: Data) -> Data:
    return with_assignment(data, fact.assignment_id, reassigned_at=plain(fact.reassigned_at))


def _redirected(fact: facts.AssignmentRedirected, data: Data) -> Data:
    known: Data = data.get("assignments", {}).get(fact.assignment_id, {})
    return with_assignment(
        data,
        fact.assignment_id,
        eta_at=plain(fact.eta_at),
        address_changed=True,
        late_at=None,
        version=next_version(known),
    )


def _redirection_heard(fact: facts.RedirectionAcknowledged, data: Data) -> Data:
    known: Data = data.get("assignments", {}).get(fact.assignment_id, {})
    return with_assignment(
        data, fact.assignment_id, address_changed=False, version=next_version(known)
    )


def _recalled(fact: facts.RecallRequested, data: Data) -> Data:
    known: Data = data.get("assignments", {}).get(fact.assignment_id, {})
    return with_assignment(
        data,
        fact.assignment_id,
        recall="requested",
        recall_reason=fact.reason,
        recalled_at=plain(fact.requested_at),
        version=next_version(known),
    )


def _recall_heard(fact: facts.RecallAcknowledged, data: Data) -> Data:
    return with_assignment(data, fact.assignment_id, recall="acknowledged")


def _task(data: Data, task_id: str, **changed: Any) -> Data:
    held: Data = data.get("tasks", {})
    return with_answer(data, tasks=held | {task_id: held.get(task_id, {}) | changed})


def _offered(fact: facts.TaskOffered, data: Data) -> Data:
    return _task(
        data,
        fact.task_id,
        kind=plain(fact.kind),
        person_id=fact.person_id,
        body=fact.body,
        state="offered",
        stand_off_m=fact.stand_off_m,
        offered_at=plain(fact.offered_at),
        due_at=plain(fact.due_at),
        part=plain(fact.part),
        accept_by=plain(fact.accept_by),
        reason=None,
        finding=None,
    )


def _task_state(fact: facts.TaskStateChanged, data: Data) -> Data:
    return _task(
        data,
        fact.task_id,
        state=plain(fact.state),
        reason=fact.reason,
        finding=plain(fact.finding),
    )


def _seen(fact: grid_work.TaskSeen, data: Data) -> Data:
    return _task(data, fact.task_id, seen_at=plain(fact.seen_at))


def _escalated(fact: grid_work.TaskEscalated, data: Data) -> Data:
    return _task(data, fact.task_id, to_task_id=fact.to_task_id)


def _task_raised(fact: grid_work.TaskRaised, data: Data) -> Data:
    """What the shift leader has: beside what was raised of orders, as it rings the same."""
    held: Data = data.get("raised", {})
    one = {"matter": "task", "raised_at": plain(fact.raised_at), "task_id": fact.task_id}
    return with_answer(data, raised=held | {f"task:{fact.task_id}": one})


def _unit(fact: facts.UnitRegistered, data: Data) -> Data:
    told = plain(fact)
    del told["unit_id"]
    empty = {"since": None, "reason": None, "incident_id": None, "assignment_id": None}
    return empty | data | told


def _unit_status(fact: facts.UnitStatusChanged, data: Data) -> Data:
    told = plain(fact)
    del told["unit_id"], told["source"]
    if fact.assignment_id is not None:
        told["standby"] = None  # who is sent stands by nowhere
    return data | told


def _standby(fact: Any, data: Data) -> Data:  # a place proposed or ordered
    told = plain(fact)
    del told["unit_id"]
    is_ordered = isinstance(fact, standing_by.StandbyOrdered)
    return data | {"standby": told | {"state": "ordered" if is_ordered else "proposed"}}


def _no_standby(fact: standing_by.StandbyDeclined, data: Data) -> Data:
    del fact
    return data | {"standby": None}


def _station_changed(fact: stations.StationChanged, data: Data) -> Data:
    """Told whole: whatever else was said of it before, it is in use."""
    told = plain(fact)
    del told["station_id"], told["changed_at"]
    return data | told | {"retired_at": None}


def _station_retired(fact: stations.StationRetired, data: Data) -> Data:
    return data | {"retired_at": plain(fact.retired_at)}


def _whole(key: str) -> Folder:
    def fold(fact: Any, data: Data) -> Data:
        told = plain(fact)
        del told[key]
        return data | told

    return fold


ANSWERS: Final[dict[type[Fact], Folder]] = {
    facts.ResponseOpened: _response,
    facts.NextAlarmStruck: _struck,
    facts.ResponseEnded: _ended,
    facts.RecommendationMade: _recommended,
    facts.AssignmentDispatched: _dispatched,
    facts.AssignmentRehomed: _rehomed,
    facts.AssignmentMovedAway: _moved_away,
    **dict.fromkeys(_STEPS, _stepped),
    facts.Reminded: _reminded,
    facts.Reassigned: _reassigned,
    facts.AssignmentRedirected: _redirected,
    facts.RedirectionAcknowledged: _redirection_heard,
    facts.RecallRequested: _recalled,
    facts.RecallAcknowledged: _recall_heard,
    facts.TaskOffered: _offered,
    facts.TaskStateChanged: _task_state,
    grid_work.TaskSeen: _seen,
    grid_work.TaskEscalated: _escalated,
    grid_work.TaskRaised: _task_raised,
}
RESOURCES: Final[dict[type[Fact], tuple[str, Folder]]] = {
    facts.UnitRegistered: ("unit", _unit),
    facts.UnitStatusChanged: ("unit", _unit_status),
    standing_by.StandbyProposed: ("unit", _standby),
    standing_by.StandbyOrdered: ("unit", _standby),
    standing_by.StandbyDeclined: ("unit", _no_standby),
    facts.StationRegistered: ("station", _whole("station_id")),
    stations.StationChanged: ("station", _station_changed),
    stations.StationRetired: ("station", _station_retired),
    facts.HospitalRegistered: ("hospital", _whole("hospital_id")),
}
