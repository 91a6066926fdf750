"""Subscriptions in PostgreSQL."""

from typing import Final

import asyncpg

from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_contracts.ids import BodyId, SubscriptionId
from beaconfire_platform.database import Connection

ROW: Final = "s.id, s.body, b.code, s.reach, s.made_at, s.ended_at"
_FROM: Final = f"select {ROW} from subscription s join body b on b.id = s.body"
_ONE: Final = f"{_FROM} where s.id = $1"
_OF_BODY: Final = f"{_FROM} where s.body = $1 and s.ended_at is null"
_ADD: Final = "insert into subscription (id, body, reach, made_at) values ($1, $2, $3, $4)"
_SAVE: Final = "update subscription set ended_at = $2 where id = $1"


class PgSubscriptions:
    """Subscriptions over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def get(self, subscription_id: SubscriptionId) -> Subscription | None:
        """One subscription, whether it has ended or not."""
        record = await self._connection.fetchrow(_ONE, subscription_id)
        return None if record is None else subscription_of(record)

    async def of_body(self, body: BodyId) -> Subscription | None:
        """The one in force for a body."""
        record = await self._connection.fetchrow(_OF_BODY, body)
        return None if record is None else subscription_of(record)

    async def add(self, subscription: Subscription) -> None:
        """Keep a new one."""
        made = subscription
        await self._connection.execute(_ADD, made.id, made.body, made.reach, made.made_at)

    async def save(self, subscription: Subscription) -> None:
        """Keep when it ended."""
        await self._connection.execute(_SAVE, subscription.id, subscription.ended_at)


def subscription_of(record: asyncpg.Record) -> Subscription:
    """A row of `ROW` as a subscription."""
    return Subscription(
        id=SubscriptionId(str(record["id"])),
        body=BodyId(str(record["body"])),
        code=record["code"],
        reach=record["reach"],
        made_at=record["made_at"],
        ended_at=record["ended_at"],
    )
