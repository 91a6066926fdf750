"""A roster in a week: whose shift it is from when to when, and the hours that nobody has."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import GOES_THERE, LADDER, Roster

DAYS: Final = 7
DAYS_BESIDE: Final = 2
"""A shift of the Sunday before lasts into the Monday, which begins on another day elsewhere."""


@dataclass(frozen=True, slots=True)
class Shift:
    """One stretch of somebody's duty, as moments (班次)."""

    part: DutyPart
    person_id: PersonId | None
    body: BodyId | None
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class RosterGap:
    """Hours in which neither worker nor deputy is on duty; whom it falls to then (值守空档).

    None where nobody at all is rostered.
    """

    from_at: datetime
    until_at: datetime
    falls_to: DutyPart | None


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday on, by the wall clock of a zone (值守周)."""

    from_at: datetime
    until_at: datetime


def week_from(monday: date, zone: tzinfo) -> Week:
    """The week of a Monday in a zone; an hour shorter or longer where clocks are changed."""
    return Week(_moment(monday, 0, zone), _moment(monday + timedelta(days=DAYS), 0, zone))


def shifts_in(roster: Roster, monday: date, zone: tzinfo, week: Week) -> tuple[Shift, ...]:
    """All shifts of a week, the earliest first; what reaches beyond it is cut there.

    `zone` is the roster's; `week` may be that of another zone.
    """
    found = [shift for duty in roster.duties for shift in _shifts(duty, monday, zone, week)]
    rank = LADDER.index
    return tuple(sorted(found, key=lambda one: (one.from_at, rank(one.part), one.until_at)))


def _shifts(duty: Duty, monday: date, zone: tzinfo, week: Week) -> Iterator[Shift]:
    for nth in range(-DAYS_BESIDE, DAYS + DAYS_BESIDE):
        day = monday + timedelta(days=nth)
        if day.isoweekday() not in duty.weekdays:
            continue
        last = day if duty.begins_s < duty.ends_s else day + timedelta(days=1)
        from_at = max(_moment(day, duty.begins_s, zone), week.from_at, duty.from_at)
        until_at = min(_moment(last, duty.ends_s, zone), week.until_at)
        if duty.until_at is not None:
            until_at = min(until_at, duty.until_at)
        if from_at < until_at:
            yield Shift(duty.part, duty.person_id, duty.body, from_at, until_at)


def _moment(day: date, second: int, zone: tzinfo) -> datetime:
    clock = time(second // 3600, second % 3600 // 60, second % 60, tzinfo=zone)
    return datetime.combine(day, clock).astimezone(UTC)


def gaps_in(shifts: Iterable[Shift], week: Week) -> tuple[RosterGap, ...]:
    """The hours of a week without worker and deputy, given all shifts that count for the place."""
    steps: list[tuple[datetime, DutyPart | None, int]] = [(week.until_at, None, 0)]
    for one in shifts:
        steps += [(one.from_at, one.part, 1), (one.until_at, one.part, -1)]
    on: Counter[DutyPart] = Counter()
    found: list[RosterGap] = []
    since = week.from_at
    for moment, part, change in sorted(steps, key=lambda one: one[0]):
        if since < moment and since < week.until_at:
            _note(found, since, min(moment, week.until_at), _first(on))
            since = moment
        if part is not None:
            on[part] += change
    return tuple(found)


def _first(on: Counter[DutyPart]) -> DutyPart | None:
    return next((part for part in LADDER if on[part] > 0), None)


def _note(found: list[RosterGap], since: datetime, until: datetime, part: DutyPart | None) -> None:
    """One gap goes on where the last one ended and falls to the same."""
    if part in GOES_THERE:
        return
    if found and (found[-1].until_at, found[-1].falls_to) == (since, part):
        found[-1] = RosterGap(found[-1].from_at, until, part)
    else:
        found.append(RosterGap(since, until, part))


def lines_changed(
    before: Sequence[Duty], after: Sequence[Duty]
) -> tuple[tuple[Duty, ...], tuple[Duty, ...]]:
    """The lines that come and those that go, each as often as it does."""
    return (
        tuple((Counter(after) - Counter(before)).elements()),
        tuple((Counter(before) - Counter(after)).elements()),
    )
