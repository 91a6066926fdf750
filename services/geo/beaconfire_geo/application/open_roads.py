"""Lift a closure: the roads are as they were, but for what other closures say."""

from datetime import datetime

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound
from beaconfire_geo.application.ports import Closures, Facts
from beaconfire_geo.domain.closures import RoadClosure


def keys(closure_id: str) -> tuple[LockKey, ...]:
    """One closure at a time."""
    return (aggregate(f"closure/{closure_id}"),)


async def open_roads(
    closure_id: str, *, closures: Closures, facts: Facts, now: datetime
) -> RoadClosure:
    """Keep and tell that it is over; NotFound for none, ClosureLifted for the second time."""
    closure = await closures.get(closure_id)
    if closure is None:
        raise NotFound
    lifted, opened = closure.lift(now)
    await closures.save(lifted)
    await facts.tell(opened)
    return lifted
