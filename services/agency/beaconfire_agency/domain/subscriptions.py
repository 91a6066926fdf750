"""Subscriptions: a body outside is told what it may see, until that ends."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from beaconfire_agency.domain.bodies import Body
from beaconfire_contracts.facts.agency import SubscriptionEnded, SubscriptionMade
from beaconfire_contracts.ids import BodyId, SubscriptionId
from beaconfire_contracts.refusals import Conflict, Invalid

_TOPIC_PART: Final = re.compile(r"[A-Za-z0-9-]{1,64}")


class AlreadySubscribed(Conflict):
    """The body is subscribed already: end that subscription first."""


class UnfitCode(Invalid):
    """A topic is named after the body's code, which may hold letters, digits and `-` then."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A body that is told what it may see: by part and ownership, by place up to `reach` (订阅)."""

    id: SubscriptionId
    body: BodyId
    code: str
    reach: str | None
    made_at: datetime
    ended_at: datetime | None = None

    def made(self) -> SubscriptionMade:
        """The fact that tells of it."""
        return SubscriptionMade(self.id, self.body, self.reach, self.made_at)

    def ended(self, now: datetime) -> "tuple[Subscription, SubscriptionEnded]":
        """The same when it is over, and the fact that tells so."""
        return replace(self, ended_at=now), SubscriptionEnded(self.id, self.body, now)


def check_subscriber(body: Body) -> None:
    """UnfitCode when no topic can bear the body's code."""
    if not _TOPIC_PART.fullmatch(body.code):
        raise UnfitCode(pointer="/body")
