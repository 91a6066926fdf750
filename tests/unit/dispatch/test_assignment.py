"""An assignment takes steps in any order, flags what is missing and invents nothing."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from beaconfire_contracts.facts.dispatch import (
    AssignmentCleared,
    AssignmentOnScene,
    RedirectionAcknowledged,
)
from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.refusals import StaleFence, StaleVersion
from beaconfire_contracts.vocabulary import AssignmentStatus as S
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_dispatch.domain.assignment import (
    ENDED,
    PATH,
    Assignment,
    AssignmentEnded,
    Step,
    gaps_before,
    have_answered,
    redirected,
    stepped,
    untimely,
)
from beaconfire_testkit.builders import NOON

ONE = Assignment(AssignmentId("a"), UnitId("u"), IncidentId("i"), 7, S.DISPATCHED, 1, NOON, NOON)
TOLD = [one for one in S if one is not S.DISPATCHED]


def a_step(status: S, *, at: datetime = NOON) -> Step:
    return Step(status, at, StatusSource.RADIO)


def test_a_step_moves_it_on_and_keeps_its_time() -> None:
    after, fact = stepped(ONE, a_step(S.ON_SCENE))

    assert (after.status, after.steps, after.version) == (S.ON_SCENE, {"on_scene": NOON}, 2)
    assert isinstance(fact, AssignmentOnScene)
    assert fact.gaps == (S.ACKNOWLEDGED, S.EN_ROUTE)


def test_a_late_step_closes_the_gap_and_turns_nobody_back() -> None:
    on_scene, _ = stepped(ONE, a_step(S.ON_SCENE))
    after, _ = stepped(on_scene, a_step(S.EN_ROUTE, at=NOON - timedelta(minutes=1)))
    _, cleared = stepped(after, a_step(S.CLEARED))

    assert after.status is S.ON_SCENE
    assert isinstance(cleared, AssignmentCleared)
    assert cleared.gaps == (S.ACKNOWLEDGED,)


def test_a_time_before_the_order_or_an_earlier_step_is_kept_and_named() -> None:
    one, _ = stepped(ONE, a_step(S.EN_ROUTE, at=NOON - timedelta(seconds=1)))
    one, _ = stepped(one, a_step(S.CLEARED, at=NOON + timedelta(minutes=9)))

    assert one.steps["en_route"] == NOON - timedelta(seconds=1)
    assert untimely(one) == (S.EN_ROUTE,)
    late = stepped(ONE, a_step(S.ON_SCENE, at=NOON + timedelta(minutes=5)))[0]
    late = stepped(late, a_step(S.EN_ROUTE, at=NOON + timedelta(minutes=2)))[0]
    assert untimely(late) == ()
    back = stepped(late, a_step(S.CLEARED, at=NOON + timedelta(minutes=4)))[0]
    assert untimely(back) == (S.CLEARED,)


def test_refusing_and_cancelling_leave_no_gaps() -> None:
    assert gaps_before(ONE, S.REFUSED) == gaps_before(ONE, S.CANCELLED) == ()
    assert gaps_before(ONE, S.AT_HOSPITAL) == PATH[1:]


def test_a_superseded_crew_and_a_desk_that_lags_are_told_apart() -> None:
    ONE.expect(fence=7, version=1)
    ONE.expect(fence=None, version=None)
    with pytest.raises(StaleFence):
        ONE.expect(fence=6, version=None)
    with pytest.raises(StaleVersion):
        ONE.expect(fence=None, version=2)


def test_a_new_address_is_acknowledged_once_and_moves_no_step() -> None:
    known, _ = stepped(ONE, a_step(S.ACKNOWLEDGED))
    moved, told = redirected(known, at=NOON, eta_at=NOON + timedelta(minutes=9))
    later = a_step(S.ACKNOWLEDGED, at=NOON + timedelta(minutes=1))

    after, heard = stepped(moved, later)

    assert (told.assignment_id, told.eta_at) == (ONE.id, moved.eta_at)
    assert isinstance(heard, RedirectionAcknowledged)
    assert (after.address_changed, after.steps, after.status) == (False, known.steps, known.status)
    assert stepped(after, later) == (after, None)


def test_a_crew_that_has_left_cannot_be_heard_about_a_new_address() -> None:
    known, _ = stepped(ONE, a_step(S.ACKNOWLEDGED))
    moved, _ = redirected(known, at=NOON, eta_at=None)
    cleared, _ = stepped(moved, a_step(S.CLEARED))

    with pytest.raises(AssignmentEnded):
        stepped(cleared, a_step(S.ACKNOWLEDGED))


@given(st.lists(st.sampled_from(S), max_size=6))
def test_it_is_answered_when_somebody_cleared_and_nobody_is_at_work(statuses: list[S]) -> None:
    everybody = [replace(ONE, status=one) for one in statuses]

    answered = have_answered(everybody, NOON)

    assert answered == (S.CLEARED in statuses and set(statuses) <= ENDED)
    assert not have_answered(everybody, NOON + timedelta(seconds=1))


class Told(RuleBasedStateMachine):
    """Whatever is told in whatever order, a crew's record stays true."""

    def __init__(self) -> None:
        super().__init__()
        self.one = ONE
        self.said: dict[str, datetime] = {}
        self.ended: S | None = None

    @rule(status=st.sampled_from(TOLD), late=st.integers(-600, 600))
    def tell(self, status: S, late: int) -> None:
        step = a_step(status, at=NOON + timedelta(seconds=late))
        before = self.one
        if status.value in self.said:
            assert stepped(before, step) == (before, None)
        elif self.ended is not None:
            with pytest.raises(AssignmentEnded):
                stepped(before, step)
        else:
            self.one, fact = stepped(before, step)
            self.said[status.value] = step.occurred_at
            self.ended = status if status in ENDED else None
            gaps: Any = getattr(fact, "gaps", ())
            assert not {one.value for one in gaps} & self.said.keys()
            assert self.one.version == before.version + 1

    @invariant()
    def keeps_exactly_what_was_told(self) -> None:
        assert self.one.steps == self.said
        assert self.one.has_ended == (self.ended is not None)

    @invariant()
    def has_the_furthest_step_as_its_status(self) -> None:
        order = [one.value for one in S]
        furthest = max((order.index(name) for name in self.said), default=0)
        assert self.one.status == (self.ended or S(order[furthest]))


TestTold = Told.TestCase
TestTold.settings = settings(max_examples=200, stateful_step_count=15)
