"""What came over a log and is no fact: set aside where it lies, told and counted, never skipped."""

from typing import Final

import structlog

from beaconfire_platform.database import Connection
from beaconfire_platform.log.port import Garbled

_SET_ASIDE: Final = """
    insert into quarantine (consumer, shard, epoch, txid, row, reason)
    values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning true
"""
_SEEN: Final = """
    update quarantine set seen_at = clock_timestamp(), seen_by = $2, seen_why = $3
    where consumer = $1 and seen_at is null
"""
_log: Final = structlog.get_logger(__name__)


async def set_aside(connection: Connection, consumer: str, shard: str, found: Garbled) -> None:
    """One row that says where it lies and what is wrong with it; its bytes stay in the log.

    What is met again, by who reads from the start, is told no second time.
    """
    at = found.position
    place = (shard, at.epoch, at.txid, at.row)
    if await connection.fetchval(_SET_ASIDE, consumer, *place, found.reason):
        _log.error("record_quarantined", consumer=consumer, shard=shard, at=at.text(),
                   reason=found.reason)  # fmt: skip


async def mark_seen(connection: Connection, consumer: str, actor: str, reason: str) -> int:
    """Somebody looked at what was set aside and leaves it; returns how many records that were."""
    done = await connection.execute(_SEEN, consumer, actor, reason)
    return int(done.rsplit(" ", 1)[-1])
