"""The roads of zones within one transaction: their closures, laid and lifted as any other."""

from collections.abc import Callable
from datetime import datetime

from beaconfire_geo.adapters.closures import PgClosures
from beaconfire_geo.application.close_roads import close_roads
from beaconfire_geo.application.open_roads import keys, open_roads
from beaconfire_geo.domain.zone_roads import closure_of
from beaconfire_geo.domain.zones import HazardZone
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id


class TxZoneRoads:
    """Closes and opens the roads of zones in whatever transaction it is given."""

    def __init__(self, tx: Tx, roads: str, arcs_in: Callable[[HazardZone], int]) -> None:
        """`arcs_in` says how many arcs of the graph in force a zone touches."""
        self._tx = tx
        self._roads = roads
        self._arcs_in = arcs_in

    async def close(self, zone: HazardZone, now: datetime) -> str | None:
        """Close or slow the roads inside, as its plan says."""
        closure = closure_of(
            zone, closure_id=new_id(), roads=self._roads, arcs=self._arcs_in(zone), at=now
        )
        if closure is None:
            return None
        await close_roads(closure, closures=PgClosures(self._tx.connection), facts=self._tx)
        return closure.told.closure_id

    async def open(self, zone: HazardZone, now: datetime) -> None:
        """Lift its closure, unless somebody lifted that by hand; before anything is written."""
        if zone.closure_id is None:
            return
        await self._tx.lock(*keys(zone.closure_id))  # somebody may lift it by hand at this moment
        closures = PgClosures(self._tx.connection)
        known = await closures.get(zone.closure_id)
        if known is not None and known.opened_at is None:
            await open_roads(zone.closure_id, closures=closures, facts=self._tx, now=now)
