"""What a roster must keep before it is in force; each breach names its place."""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.refusals import Conflict, Invalid, Refusal
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import DAY_S, Roster

AREAS_AT_ONCE_MAX: Final = 500
"""Areas of one request: each is a lock and a fact of one transaction; a district has so many."""
BREACHES_TOLD_MAX: Final = 100
"""Told by one refusal: whoever mends a file needs more than the first, and not all."""
DUTIES_MAX: Final = 60
"""Lines of one area: three shifts, three parts and some holidays; a desk still reads it."""
WEEK_S: Final = 7 * DAY_S
Span = tuple[int, int]
"""Seconds of a week from Monday's midnight on: from, until."""


class WrongResponder(Invalid):
    """A desk is a body's; worker, deputy and leader are a person's."""


class EmptyValidity(Invalid):
    """A line holds from a moment until a later one."""


class ShiftsOverlap(Conflict):
    """The same person stands twice in one part at the same time."""


class SameAreaTwice(Invalid):
    """An area has one roster: write all its lines together."""


class UnknownWorker(Invalid):
    """Nobody of this id is a grid worker: give the right first, then the shift."""


class UnknownZone(Invalid):
    """There is no such time zone: name one of IANA's, like Asia/Shanghai."""


class UnknownArea(Invalid):
    """The grid has no area of this path: a roster of it would call nobody."""


def check_rosters(
    rosters: Sequence[Roster],
    workers: AbstractSet[PersonId],
    is_zone: Callable[[str], bool],
    unknown: AbstractSet[str] = frozenset(),
) -> None:
    """Refuse what could not be followed: the first breach, and a hundred of all in `rows`.

    `unknown` are areas that the grid does not have; of those a roster can still be emptied.
    """
    found = list(breaches(rosters, workers, is_zone, unknown))
    if not found:
        return
    first = found[0]
    told = [
        {"code": one.code, "detail": one.detail, "pointer": one.pointer, **one.fields}
        for one in found[:BREACHES_TOLD_MAX]
    ]
    more = first.fields | {"rows": told, "rows_wrong": len(found)}
    raise type(first)(first.detail, pointer=first.pointer, **more)


def breaches(
    rosters: Sequence[Roster],
    workers: AbstractSet[PersonId],
    is_zone: Callable[[str], bool],
    unknown: AbstractSet[str],
) -> Iterator[Refusal]:
    """What is wrong, line by line, of each line the first, with a pointer to its place."""
    seen: set[str] = set()
    for number, roster in enumerate(rosters):
        at = f"/rosters/{number}"
        if roster.area in seen:
            yield SameAreaTwice(pointer=f"{at}/area", area=roster.area)
        elif roster.area in unknown and roster.duties:
            yield UnknownArea(pointer=f"{at}/area", area=roster.area)
        seen.add(roster.area)
        if not is_zone(roster.zone):
            yield UnknownZone(pointer=f"{at}/zone")
        for line, duty in enumerate(roster.duties):
            wrong = _wrong(duty, roster.duties[:line], f"{at}/duties", workers)
            if wrong is not None:
                yield wrong


def _wrong(
    duty: Duty, before: Sequence[Duty], at: str, workers: AbstractSet[PersonId]
) -> Refusal | None:
    here = f"{at}/{len(before)}"
    if (duty.part is DutyPart.DESK) != (duty.person_id is None) or (
        (duty.person_id is None) == (duty.body is None)
    ):
        return WrongResponder(pointer=here)
    if duty.until_at is not None and duty.until_at <= duty.from_at:
        return EmptyValidity(pointer=f"{here}/until_at")
    if duty.person_id is not None and duty.person_id not in workers:
        return UnknownWorker(pointer=f"{here}/person_id")
    other = next((nth for nth, one in enumerate(before) if _overlap(duty, one)), None)
    return None if other is None else ShiftsOverlap(pointer=here, other=f"{at}/{other}")


def _overlap(one: Duty, other: Duty) -> bool:
    """Whether two lines put the same into one part at the same time of some week."""
    if (one.part, one.person_id, one.body) != (other.part, other.person_id, other.body):
        return False
    if one.until_at is not None and one.until_at <= other.from_at:
        return False
    if other.until_at is not None and other.until_at <= one.from_at:
        return False
    others = list(_spans(other))
    return any(a < d and c < b for a, b in _spans(one) for c, d in others)


def _spans(duty: Duty) -> Iterator[Span]:
    """When of a week it is; what lasts past Sunday's midnight goes on on Monday."""
    lasts = duty.ends_s - duty.begins_s
    if lasts <= 0:
        lasts += DAY_S
    for day in duty.weekdays:
        begins = (day - 1) * DAY_S + duty.begins_s
        yield begins, min(begins + lasts, WEEK_S)
        if begins + lasts > WEEK_S:
            yield 0, begins + lasts - WEEK_S
