"""Drop an exception of a policy: its rule holds again from the next order on."""

from dataclasses import dataclass

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import Invalid, NotFound
from beaconfire_dispatch.application.ports import Policies


class RuleStays(Invalid):
    """The rule of a priority for everywhere is changed, never dropped: name an area or a type."""


@dataclass(frozen=True, slots=True)
class DropException:
    """Which priority, where and of what type; at least one of these two."""

    priority: int
    area: str | None
    type: str | None


def keys(command: DropException) -> tuple[LockKey, ...]:
    """The priority's rows."""
    return (aggregate(f"policy/{command.priority}"),)


async def drop_exception(command: DropException, *, policies: Policies) -> None:
    """Forget it; NotFound where there is no such exception."""
    if command.area is None and command.type is None:
        raise RuleStays(pointer="/area")
    if not await policies.drop(command.priority, command.area, command.type):
        raise NotFound
