"""What is answered: points to a decimetre, recommendations with times from this moment on."""

from dataclasses import replace
from datetime import timedelta

from beaconfire_contracts.ids import IncidentId, PersonId, TaskId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import TaskKind, TaskState
from beaconfire_dispatch.application.queries import AdviceView, TaskView
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.task import Task
from beaconfire_dispatch.entrypoints.shapes import point_out, recommendation_out, task_out
from beaconfire_testkit.builders import NOON

DEMAND = Demand(IncidentId("i"), type="fire", priority=1, point=Point(174.7, -36.8), path="akl.c1")
TASK = Task(
    TaskId("t"), IncidentId("i"), TaskKind.VERIFY, PersonId("p"), TaskState.OFFERED, 100.0, NOON,
    NOON + timedelta(minutes=20), 1,
)  # fmt: skip
ANSWER = {
    "options": [
        {
            "choices": [
                {
                    "unit_id": "u", "call_sign": "E1", "capability": "engine",
                    "travel_time_s": 90.0, "parts": {"mobilise_s": 60.0, "road_s": 30.0},
                    "reasons": [{"code": "nearest_able"}],
                }
            ],
            "cover_after": {"engine": 0.5},
        }
    ],
    "short": [{"capability": "ladder", "count": 1}],
    "ruled_out": {"capability": 2},
}  # fmt: skip


def test_a_point_is_said_to_a_decimetre() -> None:
    point = point_out(Point(174.76331234567, -36.84850000001))

    assert (point.lon, point.lat) == (174.763312, -36.8485)


def test_arrivals_are_counted_from_the_moment_of_asking() -> None:
    later = NOON + timedelta(seconds=10)

    told = recommendation_out(DEMAND, AdviceView("r", NOON, ANSWER), later)

    [unit] = told.options[0].units
    assert unit.eta_at == later + timedelta(seconds=90)
    assert told.options[0].reasons == [{"unit_id": "u", "code": "nearest_able"}]
    assert (told.recommendation_id, told.made_at) == ("r", NOON)
    assert told.short == [{"capability": "ladder", "count": 1}]


def test_the_leg_off_the_road_is_told_apart_and_the_parts_still_add_up() -> None:
    answer = ANSWER | {"off_road_s": {"u": 4.5}}

    [unit] = recommendation_out(DEMAND, AdviceView("r", NOON, answer), NOON).options[0].units

    assert unit.parts == {"mobilise_s": 60.0, "road_s": 25.5, "off_road_s": 4.5}
    assert sum(unit.parts.values()) == unit.travel_time_s


def test_how_much_is_left_to_the_target_is_counted_from_the_moment_of_asking() -> None:
    demand = replace(DEMAND, target_at=NOON + timedelta(seconds=100))
    advice = AdviceView("r", NOON, ANSWER)

    [now] = recommendation_out(demand, advice, NOON).options[0].units
    [late] = recommendation_out(demand, advice, NOON + timedelta(seconds=30)).options[0].units
    [never] = recommendation_out(DEMAND, advice, NOON).options[0].units

    assert (now.slack_s, late.slack_s, never.slack_s) == (10.0, -20.0, None)


def test_who_is_away_stands_beside_those_that_were_ruled_out() -> None:
    named = {"unit_id": "v", "call_sign": "E2"}
    answer = ANSWER | {
        "ruled_out_units": {"capability": [named]},
        "away": {"at_work": {"count": 4, "nearest": [named]}},
    }

    told = recommendation_out(DEMAND, AdviceView("r", NOON, answer), NOON)

    assert told.ruled_out == {"capability": 2, "at_work": 4}
    assert [one.call_sign for one in told.ruled_out_units["at_work"]] == ["E2"]
    assert recommendation_out(DEMAND, AdviceView("r", NOON, ANSWER), NOON).ruled_out_units == {}


def test_before_anything_is_recommended_the_answer_is_empty_and_not_an_error() -> None:
    told = recommendation_out(DEMAND, None, NOON)

    assert (told.options, told.short, told.recommendation_id) == ([], [], None)


def test_what_was_decided_before_closures_had_a_hash_is_told_without_one() -> None:
    made = {"roads": "1a2b", "closures": 2, "method": "road", "engine": "e", "solver": "s"}

    told = recommendation_out(DEMAND, AdviceView("r", NOON, ANSWER | {"made_of": made}), NOON)

    assert told.made_of is not None
    assert (told.made_of.closures, told.made_of.closures_hash) == (2, None)


def test_a_task_names_place_and_work_and_nothing_of_the_caller() -> None:
    told = task_out(TaskView(TASK, DEMAND)).model_dump()

    assert (told["incident_type"], told["cell"], told["stand_off_m"]) == ("fire", "c1", 100.0)
    assert not {"reporter", "telephone", "text"} & told.keys()


def test_a_task_of_an_incident_that_is_not_placed_has_no_cell() -> None:
    assert task_out(TaskView(TASK, Demand(IncidentId("i"), path="unplaced"))).cell is None
    assert task_out(TaskView(TASK, None)).cell is None
