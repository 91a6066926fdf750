"""Propose a better place to a unit that nobody needs: once, while it still is free."""

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Assignments, Facts, Standbys, Units, unit_scope
from beaconfire_dispatch.domain.standby import Standby, is_news, proposed


def keys(one: Standby) -> tuple[LockKey, ...]:
    """The unit."""
    return (aggregate(one.unit_id),)


async def propose_standby(
    one: Standby, *, units: Units, assignments: Assignments, standbys: Standbys, facts: Facts
) -> bool:
    """Keep and tell it; nothing when the unit was sent, or had a word on its place, meanwhile."""
    unit = await units.get(one.unit_id)
    if unit.fence != one.fence or not unit.may_be_sent:
        return False
    if await assignments.open_of_unit(one.unit_id) is not None:
        return False
    if not is_news(await standbys.of(one.unit_id), one):
        return False
    await standbys.save(one)
    await facts.tell(proposed(one), scope=unit_scope(unit))
    return True
