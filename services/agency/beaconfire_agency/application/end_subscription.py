"""End a subscription: the body is told nothing more."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, Subscriptions
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_contracts.refusals import NotFound


@dataclass(frozen=True, slots=True)
class EndSubscription:
    """Which one."""

    subscription_id: SubscriptionId


def keys(command: EndSubscription) -> tuple[LockKey, ...]:
    """One subscription at a time."""
    return (aggregate(command.subscription_id),)


async def end_subscription(
    command: EndSubscription, *, subscriptions: Subscriptions, facts: Facts, now: datetime
) -> Subscription:
    """The subscription when it is over; one that was over already stays as it was."""
    known = await subscriptions.get(command.subscription_id)
    if known is None:
        raise NotFound
    if known.ended_at is not None:
        return known
    ended, told = known.ended(now)
    await subscriptions.save(ended)
    await facts.tell(told, scope=Scope(owner=known.body))
    return ended
