"""Request and answer shapes of run cards and alarms."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from beaconfire_dispatch.domain.card_rules import (
    ALTERNATIVES_MAX,
    CARDS_MAX,
    COUNT_MAX,
    LINES_MAX,
    STEPS_MAX,
)
from beaconfire_dispatch.entrypoints.schemas import RecommendationOut
from beaconfire_platform.web.fields import Code, Flag, Id, LatAsked, LonAsked, Metres, Strict

AREA_CHARACTERS_MAX: Final = 200
"""A path of ten levels with codes of twenty characters."""
Area = Annotated[
    str, Field(strict=True, max_length=AREA_CHARACTERS_MAX, pattern=r"^[A-Za-z0-9._:-]+$")
]
Level = Annotated[int, Field(strict=True, ge=1, le=STEPS_MAX)]
Version = Annotated[int, Field(ge=0, le=2**31 - 1)]


class LineIn(Strict):
    """So many that can do this or an alternative; lines of a group are filled all or none."""

    capability: Code
    count: Annotated[int, Field(strict=True, ge=1, le=COUNT_MAX)]
    alternatives: Annotated[tuple[Code, ...], Field(max_length=ALTERNATIVES_MAX)] = ()
    group: Code | None = None


StepLines = Annotated[tuple[LineIn, ...], Field(max_length=LINES_MAX)]


class RunCardIn(Strict):
    """What a type asks for in an area, alarm by alarm; without an area it is for everywhere."""

    area: Area | None = None
    type: Code
    steps: Annotated[tuple[StepLines, ...], Field(min_length=1, max_length=STEPS_MAX)]
    stand_off_m: Metres = 0.0
    verify: Flag = False


class RunCardsIn(Strict):
    """All cards of a body, in place of the version named."""

    body: Id
    replaces: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)]
    cards: Annotated[tuple[RunCardIn, ...], Field(min_length=1, max_length=CARDS_MAX)]


class AlarmIn(Strict):
    """Which alarm level is struck."""

    level: Annotated[int, Field(strict=True, ge=2, le=STEPS_MAX)]


class RunCardsAsked(BaseModel):
    """Whose cards, in which version; the newest if left out."""

    model_config = ConfigDict(extra="forbid")

    body: Id
    version: Version | None = None


class PreviewAsked(BaseModel):
    """An incident that is open, or a supposed one; whose cards, if not the caller's own body's."""

    model_config = ConfigDict(extra="forbid")

    incident_id: Id | None = None
    level: Annotated[int, Field(ge=1, le=STEPS_MAX)] = 1
    type: Code | None = None
    lon: LonAsked | None = None
    lat: LatAsked | None = None
    area: Area | None = None
    priority: Annotated[int, Field(ge=1, le=4)] = 1
    body: Id | None = None


class LineOut(BaseModel):
    """One line of a card."""

    capability: str
    count: int
    alternatives: list[str]
    group: str | None


class RunCardOut(BaseModel):
    """One card."""

    area: str | None
    type: str
    steps: list[list[LineOut]]
    stand_off_m: float
    verify: bool


class RunCardsOut(BaseModel):
    """A body's cards; version 0 is what the build carries, for who has issued none.

    `still_carried`: types that these cards leave out somewhere, where the build's cards answer.
    """

    body: str
    version: int
    newest: int
    items: list[RunCardOut]
    still_carried: list[str]
    next: None = None


class CardNamedOut(BaseModel):
    """Which card would be followed, and how many alarms it has."""

    body: str | None
    version: int
    area: str | None
    type: str
    levels: int


class PreviewOut(BaseModel):
    """What would be asked for, and who would go; nobody is sent by it and nothing is kept.

    `exhausted`: the card has no such level, so it asks for nothing.
    """

    card: CardNamedOut | None
    level: int
    exhausted: bool
    area: str | None
    would: RecommendationOut


class AlarmOut(BaseModel):
    """How far the incident's card is followed, and all that it asks for."""

    incident_id: str
    alarm_level: int
    needs: list[LineOut]
