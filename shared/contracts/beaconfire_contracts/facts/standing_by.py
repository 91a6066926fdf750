"""What dispatch tells of free units: where they would stand best, and where they go."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.registry import fact
from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.vocabulary import StandbyReason


@fact("dispatch", key="unit_id")
@dataclass(frozen=True, slots=True)
class StandbyProposed:
    """A free unit would stand better at this station: `gain` is the part by which the next call's
    expected price falls.
    """

    unit_id: UnitId
    station_id: StationId
    reason: StandbyReason
    gain: float
    proposed_at: datetime


@fact("dispatch", key="unit_id")
@dataclass(frozen=True, slots=True)
class StandbyOrdered:
    """A free unit goes to this station, and stays there until it is needed."""

    unit_id: UnitId
    station_id: StationId
    ordered_at: datetime


@fact("dispatch", key="unit_id")
@dataclass(frozen=True, slots=True)
class StandbyDeclined:
    """The desk will not have the unit stand there: it goes, or stays, where it belongs."""

    unit_id: UnitId
    station_id: StationId
    declined_at: datetime
