"""Bodies outside under test: facts shared over agency's real tables, and what each was told."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from beaconfire_agency.adapters.beginnings import PAGE_THINGS_MAX, next_page
from beaconfire_agency.adapters.sharing_batch import BatchSharing, SharingAtHand
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application.begin_sharing import begin_sharing
from beaconfire_agency.application.make_subscription import MakeSubscription, make_subscription
from beaconfire_agency.application.ports import MaySee
from beaconfire_agency.application.share_fact import share_fact
from beaconfire_agency.application.show_what_stands import show_what_stands
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_agency.entrypoints.consumer import may_see
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import (
    IncidentOpened,
    IncidentOwned,
    ParticipationRecorded,
)
from beaconfire_contracts.ids import BodyId, IncidentId, SubscriptionId
from beaconfire_contracts.vocabulary import ParticipationState
from beaconfire_platform.database import Tx
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON, an_example_of, envelope_of


@dataclass(slots=True)
class Shared:
    """One open transaction in which facts are shared, as the consumer would."""

    tx: Tx
    may_see: MaySee = may_see
    of: SharingAtHand = field(default_factory=SharingAtHand)

    @property
    def sharing(self) -> BatchSharing:
        """Agency's real tables."""
        return self.of.tables(self.tx)

    async def hear(self, *facts: Fact) -> None:
        """Facts take effect, in order."""
        for fact in facts:
            await share_fact(envelope_of(fact), sharing=self.sharing, may_see=self.may_see)

    async def subscribe(
        self, body: Body, reach: str | None = None, *, begun: bool = True, pages: bool = True
    ) -> Subscription:
        """A body is told from now on; with `pages`, of how all stands as well."""
        tables = tables_of(self.tx)
        asked = Subscription(SubscriptionId(new_id()), body.id, body.code, reach, NOON)
        made = await make_subscription(
            MakeSubscription(asked),
            bodies=tables.bodies,
            subscriptions=tables.subscriptions,
            facts=self.tx,
        )
        if begun:
            await begin_sharing(made.id, sharing=self.sharing)
            while pages and await self.page():
                pass
        return made

    async def page(self, *, limit: int = PAGE_THINGS_MAX) -> bool:
        """A page of how all stands for whoever has begun; whether there was one."""
        await self.of.write(self.tx)
        page = await next_page(self.tx.connection, limit=limit)
        if page is None:
            return False
        await show_what_stands(page, sharing=self.sharing, may_see=self.may_see)
        return True

    async def told(self, body: BodyId) -> Sequence[tuple[str, int, Any]]:
        """What a body was told: type, version and data, in order."""
        found = await self.tx.connection.fetch(
            "select type, key_version, data from shared_event where body = $1 order by row", body
        )
        return [(one["type"], one["key_version"], json.loads(one["data"])) for one in found]

    async def kinds(self, body: BodyId) -> list[str]:
        """The same, each by its short name."""
        return [kind.split(".")[2] for kind, _, _ in await self.told(body)]


def opened(owner: str, division: str, incident_id: str | None = None) -> IncidentOpened:
    """An incident that a body owns, received somewhere."""
    told = an_example_of(IncidentOpened)
    return replace(
        told,
        incident_id=IncidentId(incident_id or new_id()),
        owner=replace(told.owner, body=BodyId(owner)),
        division=division,
    )


def owned(incident: IncidentOpened, owner: str) -> IncidentOwned:
    """Another body owns it."""
    told = an_example_of(IncidentOwned)
    return replace(
        told, incident_id=incident.incident_id, owner=replace(told.owner, body=BodyId(owner))
    )


def placed(incident: IncidentOpened, path: str) -> IncidentPlaced:
    """Geo says where it lies."""
    return replace(
        an_example_of(IncidentPlaced), incident_id=incident.incident_id, path=path, cell=path
    )


def taking_part(
    incident: IncidentOpened, body: str, state: ParticipationState
) -> ParticipationRecorded:
    """A body's part in it."""
    told = an_example_of(ParticipationRecorded)
    part = replace(told.participation, body=BodyId(body), state=state)
    return replace(told, incident_id=incident.incident_id, participation=part)
