"""Facts in a table, as many as a section of the log needs: what the relay publishes."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

from beaconfire.bench.database import SERVICE
from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts.incident import IncidentHandled
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id

FACTS: Final = 20_000
STREAMS: Final = 1_000
AT_ONCE: Final = 250
SCOPE: Final = Scope(owner="00000000-0000-7000-8000-000000000000", division="akl.central")


@asynccontextmanager
async def table_of_facts(dsn: str, n: int = FACTS) -> AsyncGenerator[Database]:
    """A service's database with `n` facts of a thousand incidents."""
    database = await Database.connect(SERVICE, dsn, bell=Doorbell())
    try:
        streams = [new_id() for _ in range(STREAMS)]
        for start in range(0, n, AT_ONCE):
            keys = [streams[number % STREAMS] for number in range(start, min(n, start + AT_ONCE))]
            await tell(database, keys)
        yield database
    finally:
        await database.close()


async def tell(database: Database, keys: list[str]) -> None:
    """One transaction that tells one fact of each stream."""
    cause = Cause(actor=f"person:{new_id()}", correlation_id=new_id(), seat=new_id())
    now = datetime.now(UTC)
    async with database.transaction(*(aggregate(key) for key in keys), cause=cause) as tx:
        await tx.tell(*(IncidentHandled(IncidentId(key), now) for key in keys), scope=SCOPE)
