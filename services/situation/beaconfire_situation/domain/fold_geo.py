"""Geo's part of the picture: where incidents lie, which maps and zones are in force, who is in."""

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


def _warned(fact: facts.UnitWarned, data: Data) -> Data:
    return _in_zone(data, fact.zone_id, {"warned_at": plain(fact.warned_at)})


def _entered(fact: facts.GeofenceEntered, data: Data) -> Data:
    if fact.is_late:  # it was inside then, and where it is now was told already
        return data
    return _in_zone(data, fact.zone_id, {"entered_at": plain(fact.entered_at)})


def _left(fact: facts.GeofenceLeft, data: Data) -> Data:
    if fact.is_late:
        return data
    zones = {name: one for name, one in data.get("zones", {}).items() if name != fact.zone_id}
    return data | {"zones": zones}


def _in_zone(data: Data, zone_id: str, told: Data) -> Data:
    zones: Data = data.get("zones", {})
    return data | {"zones": zones | {zone_id: zones.get(zone_id, {}) | told}}


PLACINGS: Final[dict[type[Fact], Callable[[Any, Data], Data]]] = {facts.IncidentPlaced: _placed}
MAPS: Final[dict[type[Fact], tuple[str, Callable[[Any, Data], Data]]]] = {
    facts.LayerReleased: ("layer", _whole),
    facts.RoadsReleased: ("roads", _whole),
    facts.RoadsClosed: ("closure", _whole),
    facts.RoadsOpened: ("closure", _whole),
    facts.ZoneDeclared: ("zone", _whole),
    facts.ZoneChanged: ("zone", _whole),
    facts.ZoneLifted: ("zone", _whole),
    facts.UnitWarned: ("unit", _warned),
    facts.GeofenceEntered: ("unit", _entered),
    facts.GeofenceLeft: ("unit", _left),
}
