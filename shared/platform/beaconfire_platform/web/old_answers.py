"""Answers to repeated requests are let go after a week (R30): whoever asks later asks anew."""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.database import TROUBLE, Database

KEPT: Final = timedelta(days=7)
"""A phone that was out of reach for a long weekend, and then some."""
FORGET_EVERY_S: Final = 3_600.0
FORGOTTEN_MAX: Final = 5_000
"""Rows in one transaction: more would hold the log's horizon back."""
_FORGET: Final = """
    delete from idempotency where (principal, key) in (
        select principal, key from idempotency where created_at < clock_timestamp() - $1::interval
        order by created_at limit $2)
"""
_log: Final = structlog.get_logger(__name__)


async def forget_old_answers(database: Database) -> int:
    """Delete what is older than a week, a batch at a time; how many."""
    forgotten = 0
    while True:
        cause = Cause(actor="platform:old-answers", correlation_id="")
        async with database.transaction(cause=cause) as tx:
            done = await tx.connection.execute(_FORGET, KEPT, FORGOTTEN_MAX)
        count = int(done.rpartition(" ")[2])
        forgotten += count
        if count < FORGOTTEN_MAX:
            return forgotten


async def forget_old_answers_forever(database: Database) -> None:
    """Once an hour; a database that is away is asked later."""
    while True:
        try:
            await forget_old_answers(database)
        except TROUBLE as error:
            _log.warning("old_answers_wait", error=type(error).__name__)
        await asyncio.sleep(FORGET_EVERY_S)
