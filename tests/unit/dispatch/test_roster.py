"""Who is on duty: by the wall clock of the roster's zone, the nearest area of each part first."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import (
    LADDER,
    Responder,
    Roster,
    areas_over,
    is_on_duty,
    next_on_ladder,
    on_duty,
    rungs_above,
)

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
EVERY_DAY = (1, 2, 3, 4, 5, 6, 7)


def a_duty(
    part: DutyPart = DutyPart.WORKER,
    who: str = "p",
    begins: int = 0,
    ends: int = 0,
    days: tuple[int, ...] = EVERY_DAY,
) -> Duty:
    person = PersonId(who)
    return Duty(part, person, None, days, begins * 3600, ends * 3600, MONDAY - timedelta(days=30))


@pytest.mark.parametrize(
    ("hours", "is_on"), [(7, False), (8, True), (15, True), (16, False), (24 + 9, False)]
)
def test_a_shift_holds_from_its_beginning_until_its_end_on_its_days(
    hours: int, is_on: bool
) -> None:
    duty = a_duty(begins=8, ends=16, days=(1,))

    assert is_on_duty(duty, MONDAY + timedelta(hours=hours), UTC) is is_on


def test_a_night_shift_belongs_to_the_day_on_which_it_began() -> None:
    night = a_duty(begins=22, ends=6, days=(1,))

    on = [hour for hour in range(48) if is_on_duty(night, MONDAY + timedelta(hours=hour), UTC)]

    assert on == [22, 23, 24, 25, 26, 27, 28, 29]


def test_hours_are_those_of_the_rosters_zone() -> None:
    duty = a_duty(begins=8, ends=16)

    assert is_on_duty(duty, MONDAY + timedelta(hours=1), ZoneInfo("Asia/Shanghai"))
    assert not is_on_duty(duty, MONDAY + timedelta(hours=9), ZoneInfo("Asia/Shanghai"))


def test_who_stands_nearest_in_a_part_is_on_duty_for_it() -> None:
    near = Roster("a.b.c", 1, "UTC", (a_duty(DutyPart.WORKER, "w"),))
    above = Roster("a.b", 1, "UTC", (a_duty(DutyPart.WORKER, "x"), a_duty(DutyPart.LEADER, "l")))

    found = on_duty([near, above], MONDAY, lambda _: UTC)

    assert [(one.part, one.person_id, one.area) for one in found] == [
        (DutyPart.WORKER, "w", "a.b.c"),
        (DutyPart.LEADER, "l", "a.b"),
    ]


def test_cells_of_each_kind_come_before_what_lies_above_them() -> None:
    assert areas_over("a.b.c1", ["a.b.k7"]) == ("a.b.c1", "a.b.k7", "a.b", "a")
    assert areas_over("unplaced") == areas_over(None) == ()


@given(st.lists(st.tuples(st.sampled_from(LADDER), st.sampled_from("abc")), max_size=8))
def test_the_ladder_ends_and_asks_each_part_once(rungs: list[tuple[DutyPart, str]]) -> None:
    found = [Responder(part, "a", PersonId(who)) for part, who in rungs]
    asked: list[Responder] = []

    after = None
    while one := next_on_ladder(found, after, frozenset(r.person_id or "" for r in asked)):  # pyright: ignore[reportArgumentType]  (ids are text)
        asked.append(one)
        after = one.part

    places = [LADDER.index(one.part) for one in asked]
    assert places == sorted(set(places))
    assert len({one.person_id for one in asked}) == len(asked)


def test_the_rungs_above_are_one_of_each_part_and_nobody_twice() -> None:
    found = (
        Responder(DutyPart.WORKER, "a", PersonId("w")),
        Responder(DutyPart.DEPUTY, "a", PersonId("w")),
        Responder(DutyPart.DEPUTY, "a", PersonId("d")),
        Responder(DutyPart.LEADER, "a", PersonId("d")),
        Responder(DutyPart.DESK, "a", None, BodyId("b")),
    )

    whole = rungs_above(found, None, frozenset())
    rest = rungs_above(found, DutyPart.DEPUTY, frozenset({PersonId("d")}))

    assert [(one.part, one.person_id) for one in whole] == [
        (DutyPart.WORKER, "w"), (DutyPart.DEPUTY, "d"), (DutyPart.DESK, None),
    ]  # fmt: skip
    assert [one.part for one in rest] == [DutyPart.DESK]
