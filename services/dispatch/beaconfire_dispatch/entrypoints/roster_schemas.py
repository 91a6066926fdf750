"""Request and answer shapes of rosters: who answers for an area, and when of a week."""

from datetime import datetime
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import DAY_S, Responder, Roster
from beaconfire_dispatch.domain.roster_rules import AREAS_AT_ONCE_MAX, DUTIES_MAX
from beaconfire_dispatch.entrypoints.card_schemas import Area
from beaconfire_platform.web.fields import Id, LatAsked, LonAsked, Moment, Strict

PAGE_MAX: Final = 500
ALSO_IN_MAX: Final = 5
"""Cells of other kinds at one point: there are two or three kinds."""
HOURS: Final = r"^([01][0-9]|2[0-3]):[0-5][0-9]$"


def _once(days: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(days)))


Weekday = Annotated[int, Field(strict=True, ge=1, le=7)]
Weekdays = Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7), AfterValidator(_once)]
Hour = Annotated[str, Field(strict=True, pattern=HOURS, json_schema_extra={"example": "08:00"})]
Zone = Annotated[
    str, Field(strict=True, min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")
]


class DutyIn(Strict):
    """One line: who, in which part, on which days from when to when, as long as it holds.

    A shift that ends before it begins lasts past midnight, one that ends when it begins all day.
    """

    part: DutyPart
    person_id: Id | None = None
    body: Id | None = None
    weekdays: Weekdays = (1, 2, 3, 4, 5, 6, 7)
    begins: Hour = "00:00"
    ends: Hour = "00:00"
    from_at: Moment
    until_at: Moment | None = None

    def of(self) -> Duty:
        """The same as it is kept."""
        return Duty(
            self.part,
            None if self.person_id is None else PersonId(self.person_id),
            None if self.body is None else BodyId(self.body),
            self.weekdays,
            _second(self.begins),
            _second(self.ends),
            self.from_at,
            self.until_at,
        )


class RosterIn(Strict):
    """All lines of one area; `replaces` is the version that it is based on, if that matters."""

    area: Area
    zone: Zone
    replaces: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] | None = None
    duties: Annotated[tuple[DutyIn, ...], Field(max_length=DUTIES_MAX)]

    def of(self) -> Roster:
        """The same as it is kept; its version comes later."""
        return Roster(self.area, 0, self.zone, tuple(one.of() for one in self.duties))


class RostersIn(Strict):
    """Rosters of areas, all of them or none."""

    rosters: Annotated[tuple[RosterIn, ...], Field(min_length=1, max_length=AREAS_AT_ONCE_MAX)]


class RostersAsked(BaseModel):
    """The area, and which page of all below it."""

    model_config = ConfigDict(extra="forbid")

    area: Area
    cursor: Area | None = None
    limit: Annotated[int, Field(ge=1, le=PAGE_MAX)] = 100


class DutyAsked(BaseModel):
    """Where and when: at a point, or at a cell by its path and its cells of other kinds."""

    model_config = ConfigDict(extra="forbid")

    lon: LonAsked | None = None
    lat: LatAsked | None = None
    path: Area | None = None
    also_in: Annotated[list[Area], Field(max_length=ALSO_IN_MAX)] = []
    at: Moment | None = None


class DutyOut(BaseModel):
    """One line of a roster."""

    part: str
    person_id: str | None
    body: str | None
    weekdays: list[int]
    begins: str
    ends: str
    from_at: datetime
    until_at: datetime | None


class RosterOut(BaseModel):
    """Who answers for an area, in a version."""

    area: str
    version: int
    zone: str
    duties: list[DutyOut]


class RosterPage(BaseModel):
    """Rosters by area."""

    items: list[RosterOut]
    next: str | None


class ResponderOut(BaseModel):
    """Who would be asked: in which part, for which area, a person or a body's desk."""

    part: str
    area: str
    person_id: str | None
    body: str | None


class OnDutyOut(BaseModel):
    """Who answers for a place at a moment, in the order in which they are asked."""

    path: str | None
    at: datetime
    responders: list[ResponderOut]


def rosters_out(rosters: list[Roster], following: str | None = None) -> RosterPage:
    """Rosters as they are told."""
    return RosterPage(items=[_roster_out(one) for one in rosters], next=following)


def responder_out(one: Responder) -> ResponderOut:
    """A responder as they are told."""
    return ResponderOut(part=one.part, area=one.area, person_id=one.person_id, body=one.body)


def _roster_out(one: Roster) -> RosterOut:
    return RosterOut(
        area=one.area,
        version=one.version,
        zone=one.zone,
        duties=[duty_out(duty) for duty in one.duties],
    )


def duty_out(duty: Duty) -> DutyOut:
    """A line as it is told."""
    return DutyOut(
        part=duty.part,
        person_id=duty.person_id,
        body=duty.body,
        weekdays=list(duty.weekdays),
        begins=_hour(duty.begins_s),
        ends=_hour(duty.ends_s),
        from_at=duty.from_at,
        until_at=duty.until_at,
    )


def _second(hour: str) -> int:
    hours, minutes = hour.split(":")
    return (int(hours) * 3600 + int(minutes) * 60) % DAY_S


def _hour(second: int) -> str:
    return f"{second // 3600:02}:{second % 3600 // 60:02}"
