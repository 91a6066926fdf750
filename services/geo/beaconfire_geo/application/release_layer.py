"""Release a layer: a new immutable version of a map of areas comes into force by one flip."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_geo.application.ports import Facts, Layers, Stations
from beaconfire_geo.domain.layers import ReleasedLayer
from beaconfire_geo.domain.stations import station_facts


class LayerMovedOn(Conflict):
    """Another version was released since this map was read against the one in force."""


@dataclass(frozen=True, slots=True)
class ReleaseLayer:
    """A staged version to be put in force, and the one in force when it was made, 0 for none."""

    layer: str
    version: int
    areas: int
    sha256: str
    based_on: int


def keys(command: ReleaseLayer) -> tuple[LockKey, ...]:
    """One layer at a time."""
    return (aggregate(f"layer/{command.layer}"),)


async def release_layer(
    command: ReleaseLayer, *, layers: Layers, stations: Stations, facts: Facts, now: datetime
) -> ReleasedLayer:
    """Put the staged version in force and tell it, and what is new of its stations.

    The same map again changes nothing.
    """
    newest = await layers.newest(command.layer)
    if newest is not None and newest.sha256 == command.sha256:
        return newest
    if (0 if newest is None else newest.version) != command.based_on:
        raise LayerMovedOn
    await layers.release(
        command.layer,
        command.version,
        areas=command.areas,
        sha256=command.sha256,
        released_at=now,
    )
    await facts.tell(
        LayerReleased(command.layer, command.version, command.areas, command.sha256, now)
    )
    before = {} if newest is None else await stations.of(newest.name, newest.version)
    after = await stations.of(command.layer, command.version)
    for fact, scope in station_facts(command.layer, command.version, before, after, now):
        await facts.tell(fact, scope=scope)
    return ReleasedLayer(command.layer, command.version, command.areas, command.sha256, now)
