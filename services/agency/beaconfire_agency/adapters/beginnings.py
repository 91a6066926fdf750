"""Beginnings: new subscribers are told how everything stands, a page a transaction.

Any process of agency may go on with any: where each is stands in its row, and moves with what was
told. What is held is what the consumer holds that tells of the same things (`keys`), so that the
events of a thing are in the order of their transactions whoever tells them.
"""

import asyncio
from typing import Final

import structlog

from beaconfire_agency.adapters.sharing_rows import PgSharing
from beaconfire_agency.application import show_what_stands
from beaconfire_agency.application.ports import MaySee
from beaconfire_agency.application.show_what_stands import ShowWhatStands
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import SubscriptionId
from beaconfire_platform.database import TROUBLE, Connection, Database
from beaconfire_platform.our_words import said_of

PAGE_THINGS_MAX: Final = 200
"""Things looked at in one transaction: as many as facts in one of a consumer, and for the same
reason. It holds their locks and the log's horizon for a tenth of a second, not for all there is.
"""
LOOK_EVERY_S: Final = 0.5
"""How long after a subscription has begun its first page may begin."""
BEFORE_ALL: Final = "00000000-0000-0000-0000-000000000000"
_CAUSE: Final = Cause(actor="agency:beginnings", correlation_id="")
_NEXT: Final = """
    select id, told_up_to from subscription
    where told_up_to is not null and ended_at is null order by id <= $1, id limit 1
"""
# What is over counts as looked at: a city has closed far more incidents than are open.
THINGS: Final = """
    select k.id, bool_or(k.kind = 'unit' or k.source = 'incident'
        and k.data->>'status' <> all('{closed,voided,merged}')) as stands
    from known k where k.id > $1 group by k.id order by k.id limit $2
"""
_log: Final = structlog.get_logger(__name__)


async def next_page(
    connection: Connection, last: str = BEFORE_ALL, *, limit: int = PAGE_THINGS_MAX
) -> ShowWhatStands | None:
    """The next page of the subscriber after the one who was `last` given one; None: all are told.

    In turn, so that nobody waits for the whole of another's.
    """
    begun = await connection.fetchrow(_NEXT, last)
    if begun is None:
        return None
    after = str(begun["told_up_to"])
    found = await connection.fetch(THINGS, after, limit)
    return ShowWhatStands(
        SubscriptionId(str(begun["id"])),
        after,
        tuple(str(one["id"]) for one in found if one["stands"]),
        str(found[-1]["id"]) if len(found) == limit else None,
    )


class Beginnings:
    """Goes on with whatever has begun."""

    def __init__(self, database: Database, may_see: MaySee) -> None:
        """`database` is agency's."""
        self._database = database
        self._may_see = may_see
        self._last = BEFORE_ALL

    async def watch_forever(self) -> None:
        """Page after page while there are any, looking twice a second."""
        while True:
            try:
                went_on = await self.step()
            except TROUBLE as error:
                _log.warning("beginnings_wait", **said_of(error))
                went_on = False
            await asyncio.sleep(0 if went_on else LOOK_EVERY_S)

    async def step(self) -> bool:
        """One page, if any; whether there was one."""
        async with self._database.reading() as connection:
            page = await next_page(connection, self._last)
        if page is None:
            return False
        keys = show_what_stands.keys(page)
        async with self._database.transaction(*keys, cause=_CAUSE) as tx:
            await show_what_stands.show_what_stands(
                page, sharing=PgSharing(tx.connection), may_see=self._may_see
            )
        self._last = page.subscription_id
        return True
