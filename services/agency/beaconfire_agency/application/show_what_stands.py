"""Show what stands: a new subscriber is told of a page of things how each stands now."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import MaySee, Sharing
from beaconfire_agency.domain.sharing import due, kind_of
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class ShowWhatStands:
    """Of which things to tell, and between which places of the whole they lie."""

    subscription_id: SubscriptionId
    after: str
    things: tuple[str, ...]
    to: str | None
    """None: nothing comes behind these."""


def keys(command: ShowWhatStands) -> tuple[LockKey, ...]:
    """The subscription, and the stream of each thing: what is told of one is told in order."""
    return (aggregate(command.subscription_id), *map(aggregate, command.things))


async def show_what_stands(command: ShowWhatStands, *, sharing: Sharing, may_see: MaySee) -> None:
    """Nothing when another went on from there meanwhile, or the subscription has ended.

    What changed since the beginning was told then, and is not told again.
    """
    subscription = await sharing.go_on(command.subscription_id, command.after, command.to)
    if subscription is None:
        return
    for known in await sharing.standing(command.things):
        sight = known.sight
        allowed = sight is not None and may_see(subscription, kind_of(known), sight)
        event = due(known, allowed=allowed, was_shown=False)
        if event is not None:
            await sharing.put(subscription, event)
