"""Who answers for a cell and when of a week: the values that a roster's facts carry."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import DutyPart


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a roster: a person, or a body's desk, in a part of a cell by shift (值守).

    On duty from `begins_s` to `ends_s` of the day, by the wall clock of the roster's zone, on days
    that begin as one of `weekdays` (1 is Monday): a shift that ends before it begins lasts past
    midnight, one that ends when it begins lasts the whole day.
    """

    part: DutyPart
    person_id: PersonId | None
    body: BodyId | None
    weekdays: tuple[int, ...]
    begins_s: int
    ends_s: int
    from_at: datetime
    until_at: datetime | None = None
