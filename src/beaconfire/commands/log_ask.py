"""What a person asks of a consumer's books: each a row with a reason, audited where it is kept."""

import getpass
import re
from collections.abc import Awaitable, Callable
from typing import Final

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.database import Connection, Database
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.parking import Parking, Stream
from beaconfire_platform.log.quarantine import mark_seen
from beaconfire_platform.web.audit import AuditEntry, write_audit

UNPARK: Final = "log.unpark"
SKIP: Final = "log.skip"
SEEN: Final = "log.quarantine_seen"
_UNFIT: Final = re.compile(r"[^0-9A-Za-z_.-]")


def actor_here() -> str:
    """Who sits at this machine, as the audit names them."""
    return f"hand:{_UNFIT.sub('-', getpass.getuser())[:60]}"


async def ask_unpark(database: Database, consumer: str, stream: Stream, reason: str) -> int | None:
    """Ask a consumer to take a parked key again: the request, None when nothing is parked."""
    parking = Parking(consumer)

    async def asking(connection: Connection) -> int | None:
        if not await parking.has(connection, stream):
            return None
        return await parking.ask(connection, stream, actor_here(), reason)

    return await _audited(database, UNPARK, "/".join(stream), reason, asking)


async def ask_skip(database: Database, consumer: str, stream: Stream, reason: str) -> int | None:
    """Ask a consumer to leave the first fact of a parked key out, and to go on with the rest."""
    parking = Parking(consumer)

    async def asking(connection: Connection) -> int | None:
        first = await parking.waiting(connection, stream, 1)
        if not first:
            return None
        return await parking.ask(
            connection, stream, actor_here(), reason, skip_fact=first[0].fact_id
        )

    return await _audited(database, SKIP, "/".join(stream), reason, asking)


async def see_quarantined(database: Database, consumer: str, reason: str) -> int | None:
    """Say that somebody looked at all that was set aside: how many, None when there was nothing."""

    async def seeing(connection: Connection) -> int | None:
        return await mark_seen(connection, consumer, actor_here(), reason) or None

    return await _audited(database, SEEN, consumer, reason, seeing)


async def _audited(
    database: Database,
    action: str,
    object_id: str,
    reason: str,
    change: Callable[[Connection], Awaitable[int | None]],
) -> int | None:
    """A change and its row in the audit, in one transaction; neither when there is none."""
    cause = Cause(actor=actor_here(), correlation_id=new_id())
    async with database.transaction(cause=cause) as tx:
        done = await change(tx.connection)
        if done is not None:
            entry = AuditEntry(cause.actor, action, cause.correlation_id, object_id, reason=reason)
            write_audit(tx, entry)
    return done
