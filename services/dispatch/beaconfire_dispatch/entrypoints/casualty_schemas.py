"""Request and answer shapes where many are hurt: counts, beds, destinations."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from beaconfire_dispatch.domain.casualties import COUNT_MAX
from beaconfire_platform.web.fields import Id, Strict

Count = Annotated[int, Field(strict=True, ge=0, le=COUNT_MAX)]


class CasualtiesIn(Strict):
    """How many are hurt, by triage class, as is known now."""

    immediate: Count = 0
    delayed: Count = 0
    minor: Count = 0
    dead: Count = 0


class CasualtiesOut(BaseModel):
    """The count that is kept, and what the incident asks for by it."""

    incident_id: str
    immediate: int
    delayed: int
    minor: int
    dead: int
    needs: list[dict[str, Any]]


class BedsIn(Strict):
    """How many patients a hospital takes, those on their way to it included."""

    beds_free: Count


class BedsOut(BaseModel):
    """What a hospital said, and how many of these beds are promised."""

    hospital_id: str
    beds_free: int | None
    beds_kept: int
    told_at: datetime | None


class BedsPage(BaseModel):
    """The beds of all hospitals."""

    items: list[BedsOut]
    next: None = None


class DestinationIn(Strict):
    """Which hospital; without one the nearest that has a bed left."""

    hospital_id: Id | None = None


class DestinationOut(BaseModel):
    """Where the unit goes with whoever it carries; a bed is kept there."""

    assignment_id: str
    hospital_id: str
    travel_time_s: float | None
    proposed_at: datetime
