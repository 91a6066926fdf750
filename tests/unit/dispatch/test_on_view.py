"""A crew that begins by itself is on scene at once: no order and no way are missing of it."""

from dataclasses import replace
from datetime import timedelta

from beaconfire_contracts.ids import AssignmentId, BodyId, IncidentId, StationId, UnitId
from beaconfire_contracts.vocabulary import AssignmentStatus as S
from beaconfire_contracts.vocabulary import PrimaryStatus, StatusSource, UnitKind, UnitStatus
from beaconfire_dispatch.domain.assignment import Step, gaps_before, stepped, untimely
from beaconfire_dispatch.domain.on_view import Begun, begin
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_testkit.builders import NOON

UNIT = Unit(
    UnitId("u"), "E1", UnitKind.ENGINE, BodyId("b"), StationId("s"), frozenset({"engine"}), "akl",
    UnitStatus.RETURNING, PrimaryStatus.AVAILABLE, NOON, 4, 9,
)  # fmt: skip
LATER = NOON + timedelta(minutes=5)
BEGUN = Begun(IncidentId("i"), AssignmentId("a"), NOON, LATER, StatusSource.RADIO)


def test_it_is_there_from_the_first_under_a_fence_above_every_earlier_one() -> None:
    one, unit, told, status = begin(UNIT, BEGUN)

    assert (one.status, one.fence, one.steps) == (S.ON_SCENE, 5, {"on_scene": NOON})
    assert (unit.status, unit.primary, unit.fence) == (
        UnitStatus.ON_SCENE, PrimaryStatus.NOT_AVAILABLE, 5,
    )  # fmt: skip
    assert (told.fence, told.occurred_at, told.told_at) == (5, NOON, LATER)
    assert (status.incident_id, status.since) == ("i", NOON)


def test_nothing_is_missing_or_out_of_order_of_what_was_never_ordered() -> None:
    one, *_ = begin(UNIT, BEGUN)
    cleared, _ = stepped(one, Step(S.CLEARED, LATER, StatusSource.RADIO))
    ordered = replace(one, is_on_view=False)

    assert (gaps_before(one, S.CLEARED), untimely(cleared)) == ((), ())
    assert gaps_before(ordered, S.CLEARED) == (S.ACKNOWLEDGED, S.EN_ROUTE)
    assert untimely(ordered) == (S.ON_SCENE,)
