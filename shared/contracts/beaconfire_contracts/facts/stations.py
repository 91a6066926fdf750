"""What dispatch tells of stations that it knows already, as maps move them or leave them out."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import BodyId, StationId
from beaconfire_contracts.places import Point


@fact("dispatch", key="station_id")
@dataclass(frozen=True, slots=True)
class StationChanged:
    """A station is elsewhere, named otherwise, another body's or in use again; told whole."""

    station_id: StationId
    code: str
    name_zh: str
    name_en: str
    body: BodyId
    point: Point
    division: str
    changed_at: datetime


@fact("dispatch", key="station_id")
@dataclass(frozen=True, slots=True)
class StationRetired:
    """The map has a station no longer: its units stay, and no further one comes there."""

    station_id: StationId
    retired_at: datetime
