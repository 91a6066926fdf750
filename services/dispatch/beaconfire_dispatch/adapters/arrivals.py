"""How long units need to a place, from where they were last seen."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_dispatch.adapters.known_rows import mobilise_s
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_platform.database import Connection

_UNITS: Final = """
    select u.unit_id, s.lon, s.lat, u.status from unit u join station s using (station_id)
    where u.unit_id = any($1::uuid[]) order by u.unit_id
"""


class RoadArrivals:
    """Answers of the moment, over one connection."""

    def __init__(self, connection: Connection, roads: Roads, whereabouts: Whereabouts) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection
        self._roads = roads
        self._whereabouts = whereabouts

    async def seconds(self, unit_ids: Sequence[UnitId], goal: Point) -> dict[UnitId, float]:
        """Seconds to a goal; whom no road leads there is left out."""
        units = await self._connection.fetch(_UNITS, list(unit_ids))
        places = [
            self._whereabouts.of(str(one["unit_id"]), Point(one["lon"], one["lat"]))
            for one in units
        ]
        found: dict[UnitId, float] = {}
        for one, [way_s] in zip(units, self._roads.matrix(places, [goal]), strict=True):
            if np.isfinite(way_s):
                leave_s = mobilise_s(UnitStatus(one["status"]))
                found[UnitId(str(one["unit_id"]))] = round(leave_s + float(way_s), 1)
        return found
