"""A roster in a week: shifts as moments, and each hour that nobody has, and only those."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import GOES_THERE, Roster, is_by_shift, on_duty
from beaconfire_dispatch.domain.roster_week import (
    gaps_in,
    lines_changed,
    shifts_in,
    week_from,
)

MONDAY = date(2026, 11, 2)
BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = 3_600
DAY = Duty(DutyPart.WORKER, PersonId("p"), None, (1, 2, 3, 4, 5), 8 * HOUR, 16 * HOUR, BEFORE)
NIGHT = replace(DAY, part=DutyPart.DEPUTY, weekdays=(7,), begins_s=22 * HOUR, ends_s=6 * HOUR)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def a_roster(*duties: Duty, zone: str = "UTC") -> Roster:
    return Roster("a", 1, zone, duties)


def test_a_shift_past_midnight_is_cut_at_the_edges_of_the_week() -> None:
    week = week_from(MONDAY, UTC)

    found = shifts_in(a_roster(NIGHT), MONDAY, UTC, week)

    assert [(one.from_at.isoformat(), one.until_at.isoformat()) for one in found] == [
        ("2026-11-02T00:00:00+00:00", "2026-11-02T06:00:00+00:00"),
        ("2026-11-08T22:00:00+00:00", "2026-11-09T00:00:00+00:00"),
    ]


def test_hours_are_those_of_the_rosters_own_zone_in_the_week_of_another() -> None:
    week = week_from(MONDAY, UTC)

    first = shifts_in(a_roster(DAY, zone="Asia/Shanghai"), MONDAY, SHANGHAI, week)[0]

    assert first.from_at == datetime(2026, 11, 2, 0, tzinfo=UTC)
    assert first.until_at == datetime(2026, 11, 2, 8, tzinfo=UTC)


def test_where_clocks_are_put_back_the_week_is_an_hour_longer() -> None:
    week = week_from(date(2026, 10, 19), ZoneInfo("Europe/Berlin"))

    assert week.until_at - week.from_at == timedelta(days=7, hours=1)


def test_a_gap_says_to_whom_it_falls_and_goes_on_past_a_change_of_nothing() -> None:
    week = week_from(MONDAY, UTC)
    leader = replace(DAY, part=DutyPart.LEADER, weekdays=(6,), begins_s=0, ends_s=12 * HOUR)
    desk = Duty(DutyPart.DESK, None, BodyId("b"), (7,), 0, 0, BEFORE)
    lines = a_roster(DAY, replace(DAY, person_id=PersonId("q")), leader, desk)

    found = gaps_in(shifts_in(lines, MONDAY, UTC, week), week)

    assert [(str(one.from_at)[5:16], str(one.until_at)[5:16], one.falls_to) for one in found] == [
        ("11-02 00:00", "11-02 08:00", None),
        ("11-02 16:00", "11-03 08:00", None),
        ("11-03 16:00", "11-04 08:00", None),
        ("11-04 16:00", "11-05 08:00", None),
        ("11-05 16:00", "11-06 08:00", None),
        ("11-06 16:00", "11-07 00:00", None),
        ("11-07 00:00", "11-07 12:00", DutyPart.LEADER),
        ("11-07 12:00", "11-08 00:00", None),
        ("11-08 00:00", "11-09 00:00", DutyPart.DESK),
    ]


def test_a_roster_is_by_shift_once_it_names_who_goes_there() -> None:
    leader = replace(DAY, part=DutyPart.LEADER)

    assert is_by_shift([a_roster(leader), a_roster(NIGHT)])
    assert not is_by_shift([a_roster(leader), a_roster()])


def test_an_empty_roster_is_one_gap_and_a_full_one_has_none() -> None:
    week = week_from(MONDAY, UTC)
    always = replace(DAY, weekdays=(1, 2, 3, 4, 5, 6, 7), begins_s=0, ends_s=0)

    [whole] = gaps_in((), week)
    none = gaps_in(shifts_in(a_roster(always), MONDAY, UTC, week), week)

    assert (whole.from_at, whole.until_at, whole.falls_to) == (week.from_at, week.until_at, None)
    assert none == ()


_DUTIES = st.builds(
    Duty,
    part=st.sampled_from([DutyPart.WORKER, DutyPart.DEPUTY, DutyPart.LEADER]),
    person_id=st.just(PersonId("p")),
    body=st.none(),
    weekdays=st.sets(st.integers(1, 7), min_size=1).map(lambda days: tuple(sorted(days))),
    begins_s=st.integers(0, 23).map(lambda hour: hour * HOUR),
    ends_s=st.integers(0, 23).map(lambda hour: hour * HOUR),
    from_at=st.integers(-48, 200).map(
        lambda hours: datetime(2026, 11, 2, tzinfo=UTC) + timedelta(hours=hours)
    ),
)


@given(st.lists(_DUTIES, max_size=6), st.integers(0, 7 * 24 - 1))
def test_an_hour_is_in_a_gap_just_when_nobody_who_goes_there_is_on_duty(
    duties: list[Duty], hour: int
) -> None:
    """Held against the very rule by which tasks are given (`on_duty`)."""
    week, roster = week_from(MONDAY, UTC), a_roster(*duties)
    moment = week.from_at + timedelta(hours=hour, minutes=30)

    gaps = gaps_in(shifts_in(roster, MONDAY, UTC, week), week)

    here = [one for one in gaps if one.from_at <= moment < one.until_at]
    parts = [one.part for one in on_duty([roster], moment, lambda _: UTC)]
    assert bool(here) == (not GOES_THERE & set(parts))
    assert [one.falls_to for one in here] == [(parts or [None])[0] for _ in here]


def test_lines_that_come_and_go_are_told_as_often_as_they_do() -> None:
    added, removed = lines_changed((DAY, DAY), (DAY, NIGHT))

    assert (added, removed) == ((NIGHT,), (DAY,))
