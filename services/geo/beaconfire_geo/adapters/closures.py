"""Closures of roads: their table, and what they are on the graph."""

from typing import Any, Final

import msgspec

from beaconfire_contracts.facts.geo import RoadsClosed
from beaconfire_geo.domain.closures import RoadClosure
from beaconfire_platform import codec
from beaconfire_platform.database import Connection
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.road_closures import Closure, Stretch

_COLUMNS: Final = "told, path, arcs, note, opened_at"
_GET: Final = f"select {_COLUMNS} from road_closure where closure_id = $1"
_IN_FORCE: Final = f"""
    select {_COLUMNS} from road_closure where roads = $1 and opened_at is null
    order by closed_at, closure_id
"""
_NAMES: Final = """
    select closure_id from road_closure where roads = $1 and opened_at is null
    order by closed_at, closure_id
"""
_ADD: Final = """
    insert into road_closure (closure_id, roads, told, path, arcs, note, closed_at)
    values ($1, $2, $3, $4, $5, $6, $7)
"""
_TOLD: Final = msgspec.json.Decoder(RoadsClosed)


class PgClosures:
    """Closures over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def count(self, roads: str) -> int:
        """How many of a graph are in force."""
        return len(await self.names(roads))

    async def names(self, roads: str) -> tuple[str, ...]:
        """Which are in force: what one says never changes, so these say whether anything did."""
        return tuple(str(one["closure_id"]) for one in await self._connection.fetch(_NAMES, roads))

    async def in_force(self, roads: str) -> tuple[RoadClosure, ...]:
        """Those of a graph, the oldest first."""
        return tuple(_closure(one) for one in await self._connection.fetch(_IN_FORCE, roads))

    async def get(self, closure_id: str) -> RoadClosure | None:
        """One, lifted or not."""
        row = await self._connection.fetchrow(_GET, closure_id)
        return None if row is None else _closure(row)

    async def add(self, closure: RoadClosure) -> None:
        """Keep a new one."""
        told = closure.told
        await self._connection.execute(
            _ADD, told.closure_id, told.roads, codec.encode(told), closure.path, closure.arcs,
            closure.note, told.closed_at,
        )  # fmt: skip

    async def save(self, closure: RoadClosure) -> None:
        """Keep when it was lifted; nothing else of it ever changes."""
        await self._connection.execute(
            "update road_closure set opened_at = $2 where closure_id = $1",
            closure.told.closure_id,
            closure.opened_at,
        )


def on_the_graph(told: RoadsClosed) -> Closure:
    """What was told, as computing on places names it."""
    return Closure(
        tuple(LonLat(one.lon, one.lat) for one in told.ring),
        tuple(
            Stretch(LonLat(one.tail.lon, one.tail.lat), LonLat(one.head.lon, one.head.lat))
            for one in told.stretches
        ),
        told.speed_share,
    )


def _closure(row: Any) -> RoadClosure:
    return RoadClosure(
        _TOLD.decode(row["told"]), row["path"], row["arcs"], row["note"], row["opened_at"]
    )
