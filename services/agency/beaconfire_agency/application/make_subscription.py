"""Make a subscription: a body is told from now on what it may see."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import Bodies, Facts, Subscriptions
from beaconfire_agency.domain.bodies import UnknownBody
from beaconfire_agency.domain.subscriptions import (
    AlreadySubscribed,
    Subscription,
    check_subscriber,
)
from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class MakeSubscription:
    """The subscription to make; one body has one at a time."""

    subscription: Subscription


def keys(body: BodyId) -> tuple[LockKey, ...]:
    """One subscription of a body at a time; the stream of a new one is nobody else's yet."""
    return (aggregate(f"subscriber/{body}"),)


async def make_subscription(
    command: MakeSubscription, *, bodies: Bodies, subscriptions: Subscriptions, facts: Facts
) -> Subscription:
    """The subscription as kept; the same telling again changes nothing."""
    made = command.subscription
    body = await bodies.get(made.body)
    if body is None:
        raise UnknownBody(pointer="/body")
    check_subscriber(body)
    known = await subscriptions.of_body(made.body)
    if known is not None:
        if known.reach == made.reach:
            return known
        raise AlreadySubscribed(pointer="/body")
    await subscriptions.add(made)
    await facts.tell(made.made(), scope=Scope(owner=body.id, division=body.division))
    return made
