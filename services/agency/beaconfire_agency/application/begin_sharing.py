"""Begin to share: a new subscriber is told at once how everything stands that it may see."""

from beaconfire_agency.application.ports import MaySee, Sharing
from beaconfire_agency.domain.sharing import due, kind_of
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.shared_events import SharingBegun, SharingEnded


async def begin_sharing(
    subscription_id: SubscriptionId, *, sharing: Sharing, may_see: MaySee
) -> None:
    """Nothing when it has ended meanwhile.

    The end of an earlier one may be heard of later, as it is another stream: it is told here then.
    """
    subscription = await sharing.begin(subscription_id)
    if subscription is None:
        return
    if await sharing.has_begun(subscription.body):
        await sharing.forget(subscription.body)
        await sharing.put(subscription, SharingEnded(subscription.body))
    await sharing.put(subscription, SharingBegun(subscription.body, subscription.reach))
    for known in await sharing.open():
        sight = known.sight
        allowed = sight is not None and may_see(subscription, kind_of(known), sight)
        event = due(known, allowed=allowed, was_shown=False)
        if event is not None:
            await sharing.put(subscription, event)
