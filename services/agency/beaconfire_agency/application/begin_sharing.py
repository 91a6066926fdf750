"""Begin to share: a new subscriber is told at once how everything stands that it may see."""

from beaconfire_agency.application.ports import MaySee, Sharing
from beaconfire_agency.domain.sharing import due, kind_of
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_contracts.shared_events import SharingBegun


async def begin_sharing(
    subscription_id: SubscriptionId, *, sharing: Sharing, may_see: MaySee
) -> None:
    """Nothing when it has ended meanwhile."""
    subscription = await sharing.begin(subscription_id)
    if subscription is None:
        return
    await sharing.put(subscription, SharingBegun(subscription.body, subscription.reach))
    for known in await sharing.open():
        sight = known.sight
        allowed = sight is not None and may_see(subscription, kind_of(known), sight)
        event = due(known, allowed=allowed, was_shown=False)
        if event is not None:
            await sharing.put(subscription, event)
