"""One picture for the engine: open demands, units that may be sent, and the roads between them."""

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np

from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_dispatch.adapters.demands import DEMAND_COLUMNS, demand_of
from beaconfire_dispatch.adapters.postgres import UNIT_COLUMNS, unit_of
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot
from beaconfire_dispatch.domain.first_alarm import still_short
from beaconfire_dispatch.domain.unit import Unit
from beaconfire_platform.database import Database

IN_QUARTERS_S: Final = 60.0
ON_THE_ROAD_S: Final = 10.0
"""How long it takes to leave: from the station, and from the radio."""
DEMANDS_MAX: Final = 500
"""More open incidents than this are a disaster: the most urgent and oldest are matched first."""
_UNREACHABLE_S: Final = 1e9
_DEMANDS: Final = f"""
    select {DEMAND_COLUMNS} from demand
    where merged_into is null and not ended and response_id is not null and lon is not null
    order by priority, opened_at, incident_id limit $1
"""
_UNITS: Final = f"""
    select {UNIT_COLUMNS}, s.lon as home_lon, s.lat as home_lat
    from (select {UNIT_COLUMNS} from unit where primary_status = 'available') u
    join (select station_id as at, lon, lat from station) s on s.at = u.station_id
    where not exists (select 1 from assignment a
        where a.unit_id = u.unit_id and upper_inf(a.during))
    order by unit_id
"""
_SENT: Final = """
    select a.incident_id, u.capabilities from assignment a join unit u using (unit_id)
    where upper_inf(a.during)
"""
_ANSWERED: Final = """
    select distinct incident_id from assignment where status = 'cleared'
      and incident_id = any($1::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the engine decides on, and the same as it is kept with a decision."""

    situation: Situation
    demands: dict[str, Demand]
    kept: dict[str, Any]


async def take_snapshot(
    database: Database, roads: Roads, whereabouts: Whereabouts, now: datetime
) -> Snapshot:
    """Read all at one moment; what was answered already asks for nobody again."""
    async with database.reading() as connection:
        demands = [demand_of(one) for one in await connection.fetch(_DEMANDS, DEMANDS_MAX)]
        units = [
            (unit_of(one), Point(one["home_lon"], one["home_lat"]))
            for one in await connection.fetch(_UNITS)
        ]
        sent: defaultdict[str, list[frozenset[str]]] = defaultdict(list)
        for one in await connection.fetch(_SENT):
            sent[str(one["incident_id"])].append(frozenset(one["capabilities"]))
        ids = [one.incident_id for one in demands]
        answered = {str(one[0]) for one in await connection.fetch(_ANSWERED, ids)}
        posts = [
            Point(one["lon"], one["lat"])
            for one in await connection.fetch("select lon, lat from station order by station_id")
        ]
    open_demands = {
        str(one.incident_id): one for one in demands if str(one.incident_id) not in answered
    }
    slots = [
        slot
        for demand in open_demands.values()
        for slot in _slots(demand, sent[str(demand.incident_id)], now)
    ]
    return _pictured(slots, units, open_demands, roads, whereabouts, posts, now)


def _slots(demand: Demand, sent: list[frozenset[str]], now: datetime) -> list[Slot]:
    assert demand.opened_at is not None  # noqa: S101  (a demand with a response was opened)
    assert demand.target_at is not None  # noqa: S101
    elapsed_s = max(0.0, (now - demand.opened_at).total_seconds())
    target_s = (demand.target_at - demand.opened_at).total_seconds()
    return [
        Slot(str(demand.incident_id), need.capability, demand.priority or 2, elapsed_s, target_s)
        for need in still_short(demand.needs, sent)
        for _ in range(need.count)
    ]


def _pictured(
    slots: list[Slot],
    units: list[tuple[Unit, Point]],
    demands: dict[str, Demand],
    roads: Roads,
    whereabouts: Whereabouts,
    posts: list[Point],
    now: datetime,
) -> Snapshot:
    places = [whereabouts.of(unit.id, home) for unit, home in units]
    free = tuple(_free(unit, now) for unit, _ in units)
    goals = [point for slot in slots if (point := demands[slot.incident_id].point) is not None]
    road_s = _finite(roads.matrix(places, goals))
    situation = Situation(
        tuple(slots), free, road_s, roads.method, _finite(roads.matrix(places, posts))
    )
    kept = {
        "at": now.isoformat(),
        "method": roads.method,
        "slots": [
            [one.incident_id, one.capability, one.priority, one.elapsed_s, one.target_s]
            for one in slots
        ],
        "units": [
            [one.unit_id, one.call_sign, sorted(one.capabilities), one.idle_since_s,
             one.mobilise_s, place.lon, place.lat]
            for one, place in zip(free, places, strict=True)
        ],
        "road_s": np.round(road_s, 1).tolist(),
        "posts_s": np.round(situation.posts_s, 1).tolist(),
    }  # fmt: skip
    return Snapshot(situation, demands, kept)


def situation_of(kept: dict[str, Any]) -> Situation:
    """The situation that a decision was made on, from what was kept with it."""
    units = [Free(one[0], one[1], frozenset(one[2]), one[3], one[4]) for one in kept["units"]]
    slots = [Slot(*one) for one in kept["slots"]]
    return Situation(
        tuple(slots),
        tuple(units),
        np.array(kept["road_s"], dtype=float).reshape(len(units), len(slots)),
        kept["method"],
        np.array(kept["posts_s"], dtype=float).reshape(len(units), -1),
    )


def _finite(seconds: np.ndarray) -> np.ndarray:
    """Whole tenths, so that what is kept is exactly what was decided on."""
    return np.round(np.where(np.isfinite(seconds), seconds, _UNREACHABLE_S), 1)


def _free(unit: Unit, now: datetime) -> Free:
    idle_since = unit.last_sent_at or unit.since
    idle_s = max(0.0, (now - idle_since).total_seconds())
    return Free(
        str(unit.id), unit.call_sign, unit.capabilities, math.floor(idle_s), mobilise_s(unit)
    )


def mobilise_s(unit: Unit) -> float:
    """How long the unit takes to leave."""
    return IN_QUARTERS_S if unit.status is UnitStatus.IN_SERVICE else ON_THE_ROAD_S
