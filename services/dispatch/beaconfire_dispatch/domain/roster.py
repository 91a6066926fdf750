"""Who is on duty for a place at a moment: rosters of its cells and of all that lies above them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Final

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.places import UNPLACED
from beaconfire_contracts.vocabulary import DutyPart

LADDER: Final = (DutyPart.WORKER, DutyPart.DEPUTY, DutyPart.LEADER, DutyPart.DESK)
"""In this order they are asked, each once."""
GOES_THERE: Final = frozenset({DutyPart.WORKER, DutyPart.DEPUTY})
"""Who walks to a place: an hour with neither is a gap, whoever else can be called."""
DAY_S: Final = 86_400
ZoneOf = Callable[[str], tzinfo]


@dataclass(frozen=True, slots=True)
class Roster:
    """Who answers for one area, in one version: what a body issued last is in force (值守表)."""

    area: str
    version: int
    zone: str
    duties: tuple[Duty, ...]


@dataclass(frozen=True, slots=True)
class Responder:
    """Who can be asked: in which part, for which area, a person or a body's desk (责任人)."""

    part: DutyPart
    area: str
    person_id: PersonId | None
    body: BodyId | None = None


def areas_over(path: str | None, also_in: Iterable[str] = ()) -> tuple[str, ...]:
    """The areas that answer for a place, nearest first: its cells of each kind, then what is above.

    `also_in` are the paths of its cells of other kinds.
    """
    cells = [one for one in (path, *also_in) if one not in (None, UNPLACED)]
    above = [parent for one in cells for parent in _parents(one or "")]
    above.sort(key=lambda one: -one.count("."))
    return tuple(dict.fromkeys([one or "" for one in cells] + above))


def _parents(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path


def is_on_duty(duty: Duty, now: datetime, zone: tzinfo) -> bool:
    """Whether a line of a roster holds at a moment, by the wall clock of its zone."""
    if now < duty.from_at or (duty.until_at is not None and now >= duty.until_at):
        return False
    local = now.astimezone(zone)
    second = local.hour * 3600 + local.minute * 60 + local.second
    today, before = local.isoweekday(), (local - timedelta(days=1)).isoweekday()
    if duty.begins_s < duty.ends_s:
        return today in duty.weekdays and duty.begins_s <= second < duty.ends_s
    begun_today = today in duty.weekdays and second >= duty.begins_s
    return begun_today or (before in duty.weekdays and second < duty.ends_s)


def is_by_shift(rosters: Sequence[Roster]) -> bool:
    """Whether any names a worker or deputy: then nobody is asked outside of their shift."""
    return any(duty.part in GOES_THERE for roster in rosters for duty in roster.duties)


def on_duty(rosters: Sequence[Roster], now: datetime, zone_of: ZoneOf) -> tuple[Responder, ...]:
    """Who is on duty now by part: of each part those of the nearest area that has any.

    `rosters` are given nearest first.
    """
    found: dict[DutyPart, list[Responder]] = {}
    for roster in rosters:
        zone = zone_of(roster.zone)
        here = [one for one in roster.duties if is_on_duty(one, now, zone)]
        for part in {one.part for one in here} - set(found):
            found[part] = [
                Responder(one.part, roster.area, one.person_id, one.body)
                for one in here
                if one.part is part
            ]
    return tuple(one for part in LADDER for one in found.get(part, ()))


def rungs_above(
    responders: Sequence[Responder], after: DutyPart | None, without: frozenset[PersonId]
) -> tuple[Responder, ...]:
    """Who would be asked one after the other from a part on, one of each part."""
    found: list[Responder] = []
    while (one := next_on_ladder(responders, after, without)) is not None:
        found.append(one)
        after = one.part
        without |= frozenset() if one.person_id is None else {one.person_id}
    return tuple(found)


def next_on_ladder(
    responders: Sequence[Responder], after: DutyPart | None, without: frozenset[PersonId]
) -> Responder | None:
    """The first who stands above a part and was not asked in vain; None where nobody does."""
    above = 0 if after is None else LADDER.index(after) + 1
    for part in LADDER[above:]:
        for one in responders:
            if one.part is part and one.person_id not in without:
                return one
    return None
