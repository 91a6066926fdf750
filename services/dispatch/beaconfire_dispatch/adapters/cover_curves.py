"""What each station is worth to each cell: from the calls of the past, and the roads in force."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.domain.engine.pricing import COVER_S
from beaconfire_dispatch.domain.engine.standby import CoverCurve, curve
from beaconfire_platform.database import Connection
from beaconfire_spatial.forecast import HALF_HOURS, LITTLE, WEEKDAYS, forecast

PAST: Final = timedelta(days=365)
"""Older calls say little of today's city."""
CELLS_MAX: Final = 500
"""Those that called most; every unit's best place is looked for at every look."""
CALLS_MAX: Final = 200_000
"""The newest; of a place that is called more often in a year these say as much."""
# Half-hours and weekdays are UTC's: the same half-hour of the same day of the week, wherever.
_CALLS: Final = """
    with called as (
        select coalesce(path, division) as cell, lon, lat, opened_at,
               extract(isodow from opened_at at time zone 'UTC')::int - 1 as weekday,
               extract(hour from opened_at at time zone 'UTC')::int * 2
                 + extract(minute from opened_at at time zone 'UTC')::int / 30 as half_hour
        from demand where opened_at >= $1 and lon is not null
        order by opened_at desc limit $3
    ), many as (
        select cell, avg(lon) as lon, avg(lat) as lat, count(*) from called
        where cell is not null group by cell order by count(*) desc, cell limit $2
    )
    select m.cell, m.lon, m.lat, c.half_hour, c.weekday, count(*) as calls,
           (select min(opened_at) from called) as first_at
    from many m join called c on c.cell = m.cell group by 1, 2, 3, 4, 5 order by 1
"""


async def read_calls(connection: Connection, now: datetime) -> Sequence[Any]:
    """How often each cell called in which half-hour of the week, of those that called most."""
    return await connection.fetch(_CALLS, now - PAST, CELLS_MAX, CALLS_MAX)


def curves_of(
    rows: Sequence[Any], roads: Roads, posts: Sequence[Point], now: datetime
) -> CoverCurve:
    """The curves for this half-hour; where nobody called yet, each station's place counts alike.

    A matrix of the whole city: beside the loop.
    """
    places, rates = _called(rows, now)
    every = [*places, *posts]
    rate = np.concatenate((rates, np.full(len(posts), LITTLE / (HALF_HOURS * WEEKDAYS))))
    return CoverCurve(curve(roads.matrix(posts, every), COVER_S), rate)


def _called(rows: Sequence[Any], now: datetime) -> tuple[list[Point], np.ndarray]:
    """The places that called, and how often each will in this half-hour of the week."""
    names = list(dict.fromkeys(one["cell"] for one in rows))
    if not names:
        return [], np.zeros(0)
    number = {name: at for at, name in enumerate(names)}
    counts = np.zeros((len(names), HALF_HOURS, WEEKDAYS))
    places: dict[str, Point] = {}
    for one in rows:
        counts[number[one["cell"]], one["half_hour"], one["weekday"]] += one["calls"]
        places[one["cell"]] = Point(one["lon"], one["lat"])
    weeks = max(1.0, (now - rows[0]["first_at"]) / timedelta(weeks=1))
    at = now.astimezone(UTC)
    found = forecast(counts, np.full(WEEKDAYS, weeks))
    rates = found.weekly[:, at.hour * 2 + at.minute // 30, at.weekday()]
    return [places[name] for name in names], rates
