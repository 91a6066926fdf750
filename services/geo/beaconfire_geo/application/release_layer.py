"""Release a layer: a new immutable version of a map of areas comes into force by one flip."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Conflict
from beaconfire_geo.application.ports import Facts, Layers, Stations
from beaconfire_geo.domain.layers import ReleasedLayer
from beaconfire_geo.domain.stations import MappedStation, station_facts

STATION_MAPS: Final = aggregate("station-maps")
"""All layers: a release may tell in the stream of another layer what that one has now."""


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
    """One layer at a time, and one map of stations: what one leaves out may go to another."""
    return (aggregate(f"layer/{command.layer}"), STATION_MAPS)


async def release_layer(
    command: ReleaseLayer, *, layers: Layers, stations: Stations, facts: Facts, now: datetime
) -> ReleasedLayer:
    """Put the staged version in force and tell it, and what is new of its stations.

    The same map again changes nothing but this: it has its stations from now on.
    """
    newest = await layers.newest(command.layer)
    before = {} if newest is None else await stations.of(newest.name, newest.version)
    if newest is not None and newest.sha256 == command.sha256:
        await _tell_stations(newest, before, before, stations, facts, now)
        return newest
    if (0 if newest is None else newest.version) != command.based_on:
        raise LayerMovedOn
    head = ReleasedLayer(command.layer, command.version, command.areas, command.sha256, now)
    await layers.release(
        head.name, head.version, areas=head.areas, sha256=head.sha256, released_at=now
    )
    await facts.tell(LayerReleased(head.name, head.version, head.areas, head.sha256, now))
    after = await stations.of(head.name, head.version)
    await _tell_stations(head, before, after, stations, facts, now)
    return head


async def _tell_stations(
    head: ReleasedLayer,
    before: Mapping[str, MappedStation],
    after: Mapping[str, MappedStation],
    stations: Stations,
    facts: Facts,
    now: datetime,
) -> None:
    if not before and not after:
        return
    elsewhere = await stations.elsewhere(head.name, before.keys() | after.keys())
    told = list(station_facts(head, before, after, elsewhere, now))
    await stations.told([fact for fact, _ in told])
    for fact, scope in told:
        await facts.tell(fact, scope=scope)
