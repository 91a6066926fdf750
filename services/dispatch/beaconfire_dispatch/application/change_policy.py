"""Change how one priority is answered, everywhere or where and for what it names otherwise."""

from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_dispatch.application.ports import Policies
from beaconfire_dispatch.domain.policy import Policy


def keys(policy: Policy) -> tuple[LockKey, ...]:
    """The priority's rows."""
    return (aggregate(f"policy/{policy.priority}"),)


async def change_policy(policy: Policy, *, policies: Policies) -> Policy:
    """Keep it; it counts from the next order and the next opened response on."""
    await policies.save(policy)
    return policy
