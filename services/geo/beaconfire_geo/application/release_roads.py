"""Release a road graph: its bytes become an artefact that dispatch and others fetch by hash."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_contracts.facts.geo import RoadsReleased
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.application.ports import Artefacts, Facts, Layers

ROADS = "roads"


@dataclass(frozen=True, slots=True)
class ReleaseRoads:
    """A checked road graph: its bytes, their hash, its size."""

    roads: str
    sha256: str
    blob: bytes
    nodes: int
    arcs: int


def keys(command: ReleaseRoads) -> tuple[LockKey, ...]:
    """One road graph at a time."""
    return (aggregate(f"roads/{command.roads}"),)


async def release_roads(
    command: ReleaseRoads, *, layers: Layers, artefacts: Artefacts, facts: Facts, now: datetime
) -> int:
    """Keep the bytes and tell their hash; the same bytes again change nothing. The version."""
    newest = await artefacts.newest(ROADS, command.roads)
    if newest is not None and newest[0] == command.sha256:
        return newest[1]
    version = await layers.next_version()
    await artefacts.put(
        command.sha256, kind=ROADS, name=command.roads, version=version, blob=command.blob
    )
    await facts.tell(
        RoadsReleased(command.roads, version, command.nodes, command.arcs, command.sha256, now)
    )
    return version
