"""Begin to share: a new subscriber is told so; how everything stands follows page by page."""

from beaconfire_agency.application.ports import Sharing
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.shared_events import SharingBegun, SharingEnded


async def begin_sharing(subscription_id: SubscriptionId, *, sharing: Sharing) -> None:
    """Nothing when it has ended meanwhile.

    The end of an earlier one may be heard of later, as it is another stream: it is told here then.
    """
    subscription = await sharing.begin(subscription_id)
    if subscription is None:
        return
    if await sharing.has_begun(subscription.body):
        await sharing.put(subscription, SharingEnded(subscription.body))
    await sharing.put(subscription, SharingBegun(subscription.body, subscription.reach))
