"""What was told to bodies outside, read page by page: a body reads what is its own."""

from typing import Final

from beaconfire_agency.adapters.subscription_rows import ROW, subscription_of
from beaconfire_agency.application.queries import Bounds, Delivery
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_platform.access.predicate import Columns, predicate
from beaconfire_platform.database import Database

_OWN: Final = Columns(owner="b.id::text")
"""No path: reaching the place of a body gives nobody a right to what that body is told."""
# Of each body a page at most, by the index of its own events: what others are told costs nothing.
# The bounds hold the body as well, so that no other index has the order that is asked for: what
# PostgreSQL guesses of a body's share would make it read everybody's events in theirs.
PAGE: Final = f"""
    select e.txid, e.row, e.id, b.code, e.type, e.key, e.key_version, e.time, e.data
    from body b cross join lateral (
        select * from shared_event one
        where (one.body, one.txid, one.row) > (b.id, $7, $8)
          and (one.body, one.txid) < (b.id, pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
        order by one.body, one.txid, one.row limit $9) e
    where {predicate(_OWN)} and exists (select from subscription s where s.body = b.id)
    order by e.txid, e.row limit $9
"""
_IN_BODY: Final = Columns(path="b.division", owner="b.id::text")
_SUBSCRIPTIONS: Final = f"""
    select {ROW} from subscription s join body b on b.id = s.body
    where {predicate(_IN_BODY)} and s.id > $7 order by s.id limit $8
"""
_BEFORE_ALL: Final = "00000000-0000-0000-0000-000000000000"


class PgDeliveries:
    """Reads in snapshots of its own."""

    def __init__(self, database: Database) -> None:
        """Agency's database."""
        self._database = database

    async def page(self, bounds: Bounds, *, after: tuple[int, int], limit: int) -> list[Delivery]:
        """What was told after a place, oldest first, to bodies for which the caller reads."""
        async with self._database.looking() as connection:
            found = await connection.fetch(PAGE, *bounds, *after, limit)
        return [
            Delivery(
                cursor=(one["txid"], one["row"]),
                id=str(one["id"]),
                code=one["code"],
                type=one["type"],
                subject=str(one["key"]),
                key_version=one["key_version"],
                time=one["time"],
                data=one["data"],
            )
            for one in found
        ]

    async def subscriptions(
        self, bounds: Bounds, *, after: str | None, limit: int
    ) -> list[Subscription]:
        """Subscriptions of bodies within reach, ended ones too."""
        async with self._database.looking() as connection:
            found = await connection.fetch(_SUBSCRIPTIONS, *bounds, after or _BEFORE_ALL, limit)
        return [subscription_of(one) for one in found]
