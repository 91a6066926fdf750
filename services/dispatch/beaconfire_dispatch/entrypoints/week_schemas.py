"""Answer shapes of rosters in a week: shifts, gaps, and what setting rosters would change."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from beaconfire_dispatch.application.desk import AreaName
from beaconfire_dispatch.domain.roster import Roster
from beaconfire_dispatch.domain.roster_week import RosterGap, Shift, Week
from beaconfire_dispatch.entrypoints.card_schemas import Area
from beaconfire_dispatch.entrypoints.roster_schemas import DutyOut, duty_out

WEEK_PAGE_MAX: Final = 100
"""Areas of a page: each is a row of a table that somebody reads."""


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


class WeekAsked(BaseModel):
    """The area, a day of the week, and which page of all below the area."""

    model_config = ConfigDict(extra="forbid")

    area: Area
    day: Annotated[date, AfterValidator(_monday)]
    cursor: Area | None = None
    limit: Annotated[int, Field(ge=1, le=WEEK_PAGE_MAX)] = 50


class ShiftOut(BaseModel):
    """One stretch of somebody's duty."""

    part: str
    person_id: str | None
    body: str | None
    from_at: datetime
    until_at: datetime


class GapOut(BaseModel):
    """Hours with neither worker nor deputy, here or above; whom it falls to, null for nobody."""

    from_at: datetime
    until_at: datetime
    falls_to: str | None


class AreaWeekOut(BaseModel):
    """Who answers for an area in a week; names are null where the grid does not have it (any more).

    `grid_known` is false while geo does not answer.
    """

    area: str
    level: str | None
    name_zh: str | None
    name_en: str | None
    grid_known: bool
    version: int
    zone: str
    from_at: datetime
    until_at: datetime
    shifts: list[ShiftOut]
    gaps: list[GapOut]
    gaps_s: int
    duties: list[DutyOut]


class WeekPage(BaseModel):
    """Rosters in a week, by area."""

    items: list[AreaWeekOut]
    next: str | None


class RosterChangeOut(BaseModel):
    """What setting a roster would change: which lines come, which go, and the gaps of this week."""

    area: str
    level: str | None
    name_zh: str | None
    name_en: str | None
    version: int
    change: str
    added: list[DutyOut]
    removed: list[DutyOut]
    gaps: list[GapOut]
    gaps_s: int


class RosterPreviewOut(BaseModel):
    """What setting rosters would change, area by area; nothing was changed."""

    items: list[RosterChangeOut]


def gaps_out(gaps: tuple[RosterGap, ...]) -> list[GapOut]:
    """Gaps as they are told."""
    return [
        GapOut(from_at=one.from_at, until_at=one.until_at, falls_to=one.falls_to) for one in gaps
    ]


def seconds_of(gaps: tuple[RosterGap, ...]) -> int:
    """How long all gaps are together."""
    return round(sum((one.until_at - one.from_at).total_seconds() for one in gaps))


def week_out(
    roster: Roster,
    week: Week,
    shifts: tuple[Shift, ...],
    gaps: tuple[RosterGap, ...],
    *,
    name: AreaName | None,
    grid_known: bool,
) -> AreaWeekOut:
    """A roster's week as it is told."""
    return AreaWeekOut(
        area=roster.area,
        level=None if name is None else name.level,
        name_zh=None if name is None else name.name_zh,
        name_en=None if name is None else name.name_en,
        grid_known=grid_known,
        version=roster.version,
        zone=roster.zone,
        from_at=week.from_at,
        until_at=week.until_at,
        shifts=[
            ShiftOut(
                part=one.part,
                person_id=one.person_id,
                body=one.body,
                from_at=one.from_at.astimezone(UTC),
                until_at=one.until_at.astimezone(UTC),
            )
            for one in shifts
        ],
        gaps=gaps_out(gaps),
        gaps_s=seconds_of(gaps),
        duties=[duty_out(one) for one in roster.duties],
    )
