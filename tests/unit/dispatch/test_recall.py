"""A recall: of whom it may be asked, told once, moot on arrival."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beaconfire_contracts.ids import AssignmentId, IncidentId, UnitId
from beaconfire_contracts.vocabulary import AssignmentStatus as S
from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_dispatch.domain.assignment import (
    ENDED,
    LATER,
    Assignment,
    AssignmentEnded,
    Step,
    stepped,
)
from beaconfire_dispatch.domain.recall import STILL_COMING, CrewThere, recalled
from beaconfire_testkit.builders import NOON

ONE = Assignment(
    AssignmentId("a"), UnitId("u"), IncidentId("i"), 1, S.DISPATCHED, 1, NOON,
    NOON + timedelta(seconds=60),
)  # fmt: skip


@pytest.mark.parametrize("status", sorted(STILL_COMING))
def test_who_is_coming_is_called_back_once(status: S) -> None:
    coming = replace(ONE, status=status)

    once, told = recalled(coming, at=NOON, reason="desk_recalled")
    twice, nothing = recalled(once, at=NOON, reason="again")

    assert told is not None
    assert (once.recall_at, once.recall_reason, once.version) == (NOON, "desk_recalled", 2)
    assert (twice, nothing) == (once, None)


def test_who_is_there_or_has_ended_is_not() -> None:
    for status in (S.ON_SCENE, *LATER):
        with pytest.raises(CrewThere):
            recalled(replace(ONE, status=status), at=NOON, reason="desk_recalled")
    for status in ENDED:
        with pytest.raises(AssignmentEnded):
            recalled(replace(ONE, status=status), at=NOON, reason="desk_recalled")


def test_a_crew_that_arrived_first_stays() -> None:
    called, _ = recalled(replace(ONE, status=S.EN_ROUTE), at=NOON, reason="desk_recalled")

    there, _ = stepped(called, Step(S.ON_SCENE, NOON, StatusSource.APP))

    assert there.recall_at is None
