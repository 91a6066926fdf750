"""Geo's part of the picture: where incidents lie, which maps and zones are in force."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import geo as facts
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data


def _whole(fact: Any, data: Data) -> Data:
    """The newest telling replaces the one before; its key stands beside it."""
    return data | plain(fact)


def _placed(fact: facts.IncidentPlaced, data: Data) -> Data:
    told = _whole(fact, data)
    del told["incident_id"]
    return told


PLACINGS: Final[dict[type[Fact], Callable[[Any, Data], Data]]] = {facts.IncidentPlaced: _placed}
MAPS: Final[dict[type[Fact], tuple[str, Callable[[Any, Data], Data]]]] = {
    facts.LayerReleased: ("layer", _whole),
    facts.RoadsReleased: ("roads", _whole),
    facts.RoadsClosed: ("closure", _whole),
    facts.RoadsOpened: ("closure", _whole),
    facts.ZoneDeclared: ("zone", _whole),
    facts.ZoneLifted: ("zone", _whole),
}
