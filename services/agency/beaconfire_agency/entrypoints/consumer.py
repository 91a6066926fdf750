"""What agency does when facts are told: bodies outside are told what they may see of them."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_agency.application.begin_sharing import begin_sharing
from beaconfire_agency.application.end_sharing import end_sharing
from beaconfire_agency.application.ports import Learning
from beaconfire_agency.application.share_fact import share_fact
from beaconfire_agency.domain.known_incident import OF_INCIDENT
from beaconfire_agency.domain.known_unit import OF_UNIT
from beaconfire_agency.domain.sight import Sight
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_agency.entrypoints.reached import TablesOf
from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import Grant, SubscriptionEnded, SubscriptionMade
from beaconfire_contracts.vocabulary import Role, Sensitivity
from beaconfire_platform.access.allow import allow
from beaconfire_platform.access.subject import Resource, Subject
from beaconfire_platform.database import Tx
from beaconfire_platform.log.consumer import Reaction

SOURCES: Final = frozenset({"agency", "dispatch", "geo", "incident"})
NO_PLACE: Final = "-"
"""A reach that no division can have: such a body sees what it owns or takes part in."""
SHAREABLE: Final = frozenset({Sensitivity.PUBLIC, Sensitivity.INTERNAL})
"""What is told as personal or sensitive changes nothing that is shown outside."""

SharingOf = Callable[[Tx], Learning]


def may_see(subscription: Subscription, kind: str, sight: Sight) -> bool:
    """Whether a viewer of the subscribed body may see it: `allow()` decides."""
    grant = Grant(Role.VIEWER, subscription.body, subscription.reach or NO_PLACE)
    subject = Subject(f"subscriber:{subscription.code}", (grant,))
    resource = Resource(
        path=sight.path,
        owner=sight.owner,
        participants=frozenset(str(one) for one in sight.participants),
    )
    return allow(subject, f"{kind}.read", resource).allowed


def reactions(sharing_of: SharingOf, tables_of: TablesOf) -> dict[type[Fact], Reaction]:
    """Fact → effect."""

    async def share(told: Envelope[Any], tx: Tx) -> None:
        if told.scope.sensitivity in SHAREABLE:
            await share_fact(told, sharing=sharing_of(tx), may_see=may_see)

    async def begin(told: Envelope[SubscriptionMade], tx: Tx) -> None:
        await begin_sharing(told.fact.subscription_id, sharing=sharing_of(tx))

    async def end(told: Envelope[SubscriptionEnded], tx: Tx) -> None:
        subscriptions = tables_of(tx).subscriptions
        await end_sharing(
            told.fact.subscription_id, sharing=sharing_of(tx), subscriptions=subscriptions
        )

    return {
        **dict.fromkeys((*OF_INCIDENT, *OF_UNIT), Reaction(share)),
        SubscriptionMade: Reaction(begin),
        SubscriptionEnded: Reaction(end),
    }
