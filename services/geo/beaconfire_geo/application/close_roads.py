"""Close or slow roads: from now on no way leads there, or a slower one."""

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_geo.application.ports import Closures, Facts
from beaconfire_geo.domain.closures import CLOSURES_MAX, RoadClosure, TooManyClosures


def keys(closure: RoadClosure) -> tuple[LockKey, ...]:
    """One closure of a graph at a time, or two would both be the last that there is room for."""
    return (
        aggregate(f"closures/{closure.told.roads}"),
        aggregate(f"closure/{closure.told.closure_id}"),
    )


async def close_roads(closure: RoadClosure, *, closures: Closures, facts: Facts) -> RoadClosure:
    """Keep and tell it; TooManyClosures where there is no room."""
    if await closures.count(closure.told.roads) >= CLOSURES_MAX:
        raise TooManyClosures
    await closures.add(closure)
    await facts.tell(closure.told)
    return closure
