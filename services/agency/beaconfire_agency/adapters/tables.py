"""All of agency's tables bound to one transaction."""

from datetime import datetime

from beaconfire_agency.adapters.postgres import PgBodies, PgPeople
from beaconfire_agency.adapters.seat_rows import PgSeats
from beaconfire_agency.adapters.session_rows import PgAttempts, PgSessions
from beaconfire_agency.adapters.subscription_rows import PgSubscriptions
from beaconfire_agency.adapters.token_rows import PgTokens
from beaconfire_agency.application.ports import Tables
from beaconfire_platform.database import Connection, Tx


class PgMoments:
    """The database's time over one connection."""

    def __init__(self, connection: Connection) -> None:
        """Inside whatever transaction the connection is in."""
        self._connection = connection

    async def now(self) -> datetime:
        """This moment, which goes on within a transaction."""
        return await self._connection.fetchval("select clock_timestamp()")


def tables_of(tx: Tx) -> Tables:
    """The tables within one transaction."""
    connection = tx.connection
    return Tables(
        bodies=PgBodies(connection),
        people=PgPeople(connection),
        seats=PgSeats(connection),
        sessions=PgSessions(connection),
        attempts=PgAttempts(connection),
        tokens=PgTokens(connection),
        moments=PgMoments(connection),
        subscriptions=PgSubscriptions(connection),
    )
