"""Drops the picture's read models, and says by a hash whether what came back is the same."""

import hashlib
from typing import Any, Final

from beaconfire_platform.ids import new_id

CONSUMER: Final = "situation"
READ_MODELS: Final = ("record", "sight", "journal")
"""What the log alone can make again; tickets and positions are not among them."""
_AT_ONCE: Final = 1_000
_AUDIT: Final = """
    insert into situation.audit (actor, action, object, result, correlation_id)
    values ($1, 'log.replay', left($2 || ': ' || $3, 400), 'done', $4)
"""
_RECORDS: Final = """
    select kind, id, source, version, data from situation.record order by kind, id, source
"""
_SIGHTS: Final = """
    select kind, id, sight::jsonb - 'filed' as sight from situation.sight order by kind, id
"""
_ENDED_AT: Final = """
    update situation.sight as sight set over_at = coalesce(
        (record.data ->> 'closed_at')::timestamptz, (record.data ->> 'heard_at')::timestamptz,
        sight.over_at)
    from situation.record as record
    where sight.over_at is not null and record.kind = 'incident' and sight.kind = 'incident'
      and record.source = 'incident' and record.id = sight.id
"""


async def drop_picture(owner: Any, actor: str, reason: str) -> None:
    """Empty the read models and set the consumer back to the start, or do nothing of it.

    `owner` owns the tables. The epoch is another, so that every client begins with a snapshot;
    fences go up, so that a process that still believes in its own is refused.
    """
    tables = ", ".join(f"situation.{one}" for one in READ_MODELS)
    async with owner.transaction():
        await owner.execute("set local lock_timeout = '5s'")
        await owner.execute(f"truncate {tables}")
        await owner.execute("update situation.head set pos = 0, epoch = gen_random_uuid()")
        for table in ("seen", "parked"):
            await owner.execute(f"delete from situation.{table} where consumer = $1", CONSUMER)
        await owner.execute(
            "update situation.position set epoch = 0, txid = 0, row = 0, fence = fence + 1 "
            "where consumer = $1",
            CONSUMER,
        )
        await owner.execute(_AUDIT, actor, CONSUMER, reason, new_id())


async def date_ends(owner: Any) -> None:
    """What is over has been so since it ended, and not since it was read again."""
    await owner.execute(_ENDED_AT)


async def hash_of_picture(owner: Any) -> str:
    """Of every record and of who may see it; what is filed is the same, filed or not.

    By whoever owns the tables: a service's own transactions are cut off after ten seconds.
    """
    digest = hashlib.sha256()
    async with owner.transaction(isolation="repeatable_read", readonly=True):
        for asked in (_RECORDS, _SIGHTS):
            async for one in owner.cursor(asked, prefetch=_AT_ONCE):
                digest.update("\0".join(map(str, one.values())).encode() + b"\n")
    return digest.hexdigest()
