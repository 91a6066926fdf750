"""What geo told of roads, as dispatch keeps it: which graph is in force, what of it is closed."""

from typing import Final

import msgspec

from beaconfire_contracts.facts.geo import RoadsClosed, RoadsOpened, RoadsReleased
from beaconfire_platform import codec
from beaconfire_platform.database import Connection
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import Closure, Stretch

_TOLD: Final = msgspec.json.Decoder(RoadsClosed)


async def know_roads(
    connection: Connection, fact: RoadsReleased | RoadsClosed | RoadsOpened
) -> None:
    """Remember it; the facts of one closure come in their order."""
    if isinstance(fact, RoadsReleased):
        await connection.execute(
            "insert into roads (name, version, sha256) values ($1, $2, $3) on conflict (name) "
            "do update set version = excluded.version, sha256 = excluded.sha256",
            fact.roads, fact.version, fact.sha256,
        )  # fmt: skip
    elif isinstance(fact, RoadsClosed):
        await connection.execute(
            "insert into road_closure (closure_id, roads, told) values ($1, $2, $3) "
            "on conflict do nothing",
            fact.closure_id, fact.roads, codec.encode(fact),
        )  # fmt: skip
    else:
        await connection.execute("delete from road_closure where closure_id = $1", fact.closure_id)


async def closed_now(connection: Connection, roads: str) -> frozenset[str]:
    """Which closures of a graph are in force: what one says never changes."""
    rows = await connection.fetch("select closure_id from road_closure where roads = $1", roads)
    return frozenset(one["closure_id"] for one in rows)


async def closures_on(connection: Connection, roads: str) -> dict[str, Closure]:
    """What they say, as computing on places names it."""
    rows = await connection.fetch(
        "select told from road_closure where roads = $1 order by closure_id", roads
    )
    told = [_TOLD.decode(one["told"]) for one in rows]
    return {one.closure_id: _on_the_graph(one) for one in told}


def _on_the_graph(told: RoadsClosed) -> Closure:
    return Closure(
        tuple(LonLat(one.lon, one.lat) for one in told.ring),
        tuple(
            Stretch(LonLat(one.tail.lon, one.tail.lat), LonLat(one.head.lon, one.head.lat))
            for one in told.stretches
        ),
        told.speed_share,
    )
