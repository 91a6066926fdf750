"""End sharing: a last word to a body whose subscription is over."""

from beaconfire_agency.application.ports import Sharing, Subscriptions
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.shared_events import SharingEnded


async def end_sharing(
    subscription_id: SubscriptionId, *, sharing: Sharing, subscriptions: Subscriptions
) -> None:
    """What was shown by it counts no more: another subscription begins anew.

    Nothing when another has begun already: its beginning told of this end.
    """
    ended = await subscriptions.get(subscription_id)
    if ended is None or await sharing.is_in_force(ended.body):
        return
    await sharing.put(ended, SharingEnded(ended.body))
