"""Who is ordered though nobody asked: free ones for what is still short, where a policy says so."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import (
    AssignmentId,
    BodyId,
    IncidentId,
    ResponseId,
    StationId,
    UnitId,
)
from beaconfire_contracts.needs import Need
from beaconfire_contracts.vocabulary import AssignmentStatus as S
from beaconfire_contracts.vocabulary import PolicyMode, PrimaryStatus, UnitKind, UnitStatus
from beaconfire_dispatch.domain.assignment import Assignment
from beaconfire_dispatch.domain.automatic import (
    GOES_ON,
    Case,
    counts_as_sent,
    may_be_turned,
    units_to_order,
    was_taken_back,
    who_turns_nobody,
)
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.policy import Policy
from beaconfire_dispatch.domain.recall import NEEDED_ELSEWHERE, REPLACED
from beaconfire_dispatch.domain.still_short import still_short
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_testkit.builders import NOON

AUTO = Policy(1, PolicyMode.AUTO, 300, 60)
ENGINES = (Need("engine", 2),)
DEMAND = Demand(
    IncidentId("i"), 1, "fire", 1, path="akl.d1.c1", owner="b", opened_at=NOON,
    response_id=ResponseId("r"), needs=ENGINES,
)  # fmt: skip
ENGINE, LADDER = frozenset({"engine"}), frozenset({"ladder"})


def a_unit(name: str, does: frozenset[str] = ENGINE, division: str = "akl") -> Unit:
    return Unit(
        UnitId(name), name, UnitKind.ENGINE, BodyId("b"), StationId("s"), does, division,
        UnitStatus.IN_SERVICE, PrimaryStatus.AVAILABLE, NOON, 0, 1,
    )  # fmt: skip


def a_case(**change: Any) -> Case:
    case = Case(DEMAND, AUTO, (a_unit("E1"), a_unit("E2")), frozenset(), (), is_taken_back=False)
    return replace(case, **change)


def an_assignment(status: S, **change: Any) -> Assignment:
    one = Assignment(
        AssignmentId("a"), UnitId("E1"), IncidentId("i"), 1, status, 1, NOON, NOON,
    )  # fmt: skip
    return replace(one, **change)


def test_what_was_proposed_is_ordered() -> None:
    assert units_to_order(a_case()) == ("E1", "E2")


@pytest.mark.parametrize(
    "change",
    [
        {"policy": replace(AUTO, mode=PolicyMode.PROPOSE)},
        {"is_taken_back": True},
        {"demand": replace(DEMAND, ended=True)},
        {"demand": replace(DEMAND, merged_into=IncidentId("j"))},
        {"demand": replace(DEMAND, answered=True)},
        {"demand": replace(DEMAND, response_id=None)},
        {"demand": replace(DEMAND, owner=None)},
        {"demand": replace(DEMAND, path=None)},
    ],
)
def test_where_it_is_a_persons_to_decide_nobody_is_ordered(change: dict[str, Any]) -> None:
    assert units_to_order(a_case(**change)) == ()


def test_who_is_on_another_or_vetoed_or_not_available_is_left() -> None:
    unable = replace(a_unit("E2"), primary=PrimaryStatus.NOT_AVAILABLE)

    assert units_to_order(a_case(barred=frozenset({UnitId("E1")}))) == ("E2",)
    assert units_to_order(a_case(proposed=(a_unit("E1"), unable))) == ("E1",)


def test_a_proposal_that_is_older_than_the_last_order_sends_no_more_than_is_short() -> None:
    assert units_to_order(a_case(sent=(ENGINE,))) == ("E1",)
    assert units_to_order(a_case(sent=(ENGINE, ENGINE))) == ()
    assert units_to_order(a_case(proposed=(a_unit("L1", LADDER),))) == ()


def test_lines_that_are_filled_together_go_together_or_not_at_all() -> None:
    group = replace(DEMAND, needs=(Need("engine", 1, group="g"), Need("ladder", 1, group="g")))
    both = (a_unit("E1"), a_unit("L1", LADDER))

    assert units_to_order(a_case(demand=group, proposed=both)) == ("E1", "L1")
    barred = frozenset({UnitId("L1")})
    assert units_to_order(a_case(demand=group, proposed=both, barred=barred)) == ()


@pytest.mark.parametrize(
    ("division", "is_ordered"),
    [("akl", True), ("akl.d1", True), ("akl.d1.c1", True), ("akl.d10", False), ("wlg", False)],
)
def test_an_areas_policy_orders_units_that_stand_for_it_only(
    division: str, *, is_ordered: bool
) -> None:
    here = replace(AUTO, area="akl.d1")

    found = units_to_order(a_case(policy=here, proposed=(a_unit("E1", division=division),)))

    assert (found == ("E1",)) is is_ordered


_SKILLS = st.frozensets(st.sampled_from(["engine", "ladder", "ambulance"]), min_size=1)


@given(
    st.lists(st.tuples(st.sampled_from(["engine", "ladder", "ambulance"]), st.integers(1, 3)),
             max_size=3, unique_by=lambda one: one[0]),
    st.lists(_SKILLS, max_size=3),
    st.lists(_SKILLS, max_size=5),
)  # fmt: skip
def test_never_is_anybody_ordered_who_fills_no_line(
    needs: list[tuple[str, int]], sent: list[frozenset[str]], able: list[frozenset[str]]
) -> None:
    lines = tuple(Need(*one) for one in needs)
    units = tuple(a_unit(f"U{number}", does) for number, does in enumerate(able))

    case = a_case(demand=replace(DEMAND, needs=lines), proposed=units, sent=tuple(sent))
    ordered = units_to_order(case)

    before = sum(need.count for need in still_short(lines, sent))
    does = {unit.id: unit.capabilities for unit in units}
    after = sum(need.count for need in still_short(lines, [*sent, *(does[one] for one in ordered)]))
    assert before - after == len(ordered)
    assert not any(
        sum(n.count for n in still_short(lines, [*sent, *(does[o] for o in ordered), unit])) < after
        for unit in (does[one.id] for one in units if one.id not in ordered)
    )


def test_who_comes_or_has_done_the_work_counts_and_who_is_needed_elsewhere_does_not() -> None:
    later = NOON + timedelta(minutes=1)

    assert counts_as_sent(an_assignment(S.EN_ROUTE), NOON)
    assert counts_as_sent(an_assignment(S.CLEARED), NOON)
    assert not counts_as_sent(an_assignment(S.CLEARED), later)
    assert not counts_as_sent(an_assignment(S.REFUSED), NOON)
    for reason in (NEEDED_ELSEWHERE, REPLACED):
        told = {"recall_at": NOON, "recall_reason": reason}
        assert not counts_as_sent(an_assignment(S.EN_ROUTE, **told), NOON)
        assert counts_as_sent(an_assignment(S.ON_SCENE, recall_reason=reason), NOON)


AWAY = replace(DEMAND, incident_id=IncidentId("away"), priority=3)
UNASKED = replace(AUTO, may_divert_unasked=True)


def test_who_is_turned_round_goes_though_it_is_not_free() -> None:
    rolling = replace(a_unit("E1"), primary=PrimaryStatus.NOT_AVAILABLE)

    assert units_to_order(a_case(proposed=(rolling,))) == ()
    assert units_to_order(a_case(proposed=(rolling,), turning=frozenset({rolling.id}))) == ("E1",)


def test_who_is_free_goes_instead_of_whom_nobody_may_turn_round() -> None:
    rolling = replace(a_unit("E1"), primary=PrimaryStatus.NOT_AVAILABLE)
    free = (a_unit("E8"), a_unit("E9"))
    held = a_case(proposed=(rolling, a_unit("E2")), instead=free)

    assert units_to_order(held) == ("E8", "E9")
    assert units_to_order(replace(held, instead=free[:1])) == ("E8", "E2")
    assert units_to_order(replace(held, turning=frozenset({rolling.id}))) == ("E1", "E2")
    assert units_to_order(replace(held, instead=free, barred=frozenset({UnitId("E8")}))) == (
        "E9", "E2",
    )  # fmt: skip


def test_lines_that_are_filled_together_wait_for_whom_nobody_may_turn_round() -> None:
    group = replace(DEMAND, needs=(Need("engine", 1, group="g"), Need("ladder", 1, group="g")))
    rolling = replace(a_unit("L1", LADDER), primary=PrimaryStatus.NOT_AVAILABLE)
    one = a_case(demand=group, proposed=(rolling, a_unit("E1")), instead=(a_unit("E1"),))

    assert units_to_order(one) == ()
    both = replace(one, instead=(a_unit("E1"), a_unit("L9", LADDER)))
    assert units_to_order(both) == ("E1", "L9")


def test_the_first_way_that_turns_nobody_is_followed_then_whoever_is_free() -> None:
    def way(free: str, turned: str = "") -> dict[UnitId, bool]:
        told = [(name, False) for name in free] + [(name, True) for name in turned]
        return {UnitId(name): turns for name, turns in told}

    assert who_turns_nobody([way("", "a"), way("b"), way("c")]) == ("b", "c")
    assert who_turns_nobody([way("x", "a"), way("bc"), way("x", "d")]) == ("b", "c", "x")
    assert who_turns_nobody([way("x", "a"), way("y", "b")]) == ("x", "y")
    assert who_turns_nobody([way("f", "b"), way("gc"), way("fc")]) == ("f", "c", "g")
    assert who_turns_nobody([way("", "a")]) == who_turns_nobody([]) == ()


@pytest.mark.parametrize(
    ("change", "may"),
    [
        ({}, True),
        ({"policy": AUTO}, False),
        ({"policy": replace(UNASKED, area="akl.d1")}, True),
        ({"policy": replace(UNASKED, area="d1")}, True),
        ({"policy": replace(UNASKED, area="akl.d2")}, False),
        ({"order": an_assignment(S.ON_SCENE)}, False),
        ({"order": an_assignment(S.EN_ROUTE, recall_at=NOON)}, False),
        ({"order": an_assignment(S.EN_ROUTE, turned_from=IncidentId("z"))}, False),
        ({"away": replace(AWAY, priority=1)}, True),
        ({"demand": replace(DEMAND, priority=4)}, False),
        ({"away": replace(AWAY, priority=None), "demand": replace(DEMAND, priority=3)}, False),
        ({"unit": replace(a_unit("E1"), status=UnitStatus.UNABLE)}, False),
    ],
)
def test_a_crew_is_called_off_unasked_by_the_policy_of_its_area_alone(
    change: dict[str, Any], *, may: bool
) -> None:
    case: dict[str, Any] = {
        "order": an_assignment(S.EN_ROUTE), "unit": a_unit("E1"), "away": AWAY,
        "demand": DEMAND, "policy": UNASKED,
    }  # fmt: skip

    assert may_be_turned(**case | change) is may


def test_a_desk_that_took_an_order_back_decides_from_there_on() -> None:
    undone = an_assignment(S.CANCELLED, recall_reason="mistake")

    assert was_taken_back([undone], NOON)
    assert not was_taken_back([undone], NOON + timedelta(minutes=1))
    assert not was_taken_back([an_assignment(S.CANCELLED)], NOON)
    for reason in GOES_ON:
        assert not was_taken_back([an_assignment(S.CANCELLED, recall_reason=reason)], NOON)
