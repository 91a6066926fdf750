"""Where something is, how well that is known, and who answers for it (docs/adr/0006)."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.ids import BodyId, PersonId, SeatId
from beaconfire_contracts.vocabulary import (
    OwnerBasis,
    ParticipationRole,
    ParticipationState,
    PlaceMethod,
    PlaceState,
)

UNPLACED = "unplaced"
"""The path and cell of an incident that geo has not placed: a word, never an empty path."""


@dataclass(frozen=True, slots=True)
class Point:
    """A point in WGS 84, longitude first, degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """One direction of a road between two neighbouring nodes, by where these are (路段)."""

    tail: Point
    head: Point


@dataclass(frozen=True, slots=True)
class Place:
    """Where an incident is, as told: a point, its uncertainty in metres, or nothing (地点)."""

    state: PlaceState
    point: Point | None = None
    uncertainty_m: float | None = None
    method: PlaceMethod | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for the file, since when and why; never null (归属)."""

    body: BodyId
    basis: OwnerBasis
    since: datetime
    first_known_at: datetime


@dataclass(frozen=True, slots=True)
class Participation:
    """One body's part in an incident; at most one lead handles it (参与)."""

    body: BodyId
    role: ParticipationRole
    state: ParticipationState
    asked_by: SeatId | PersonId | None
    asked_at: datetime
    due_at: datetime | None = None
    own_number: str | None = None
