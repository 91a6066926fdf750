"""Which errors mean “wait and try again”, and how long to wait.

R14: a key is parked for what its fact does, never because the database is away or busy.
"""

import asyncio
import random
from typing import Final

import asyncpg

from beaconfire_platform.database import AWAY

BACK_OFF_S_MAX: Final = 5.0
_AWAY: Final = (*AWAY, asyncpg.InsufficientResourcesError)
_COLLISIONS: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.LockNotAvailableError,
)


def is_away(error: BaseException) -> bool:
    """The server is gone, going or out of resources: whether a commit took effect is not known.

    A statement that ran out of its own time is none of these: the server answered.
    """
    return isinstance(error, _AWAY) and not isinstance(error, asyncpg.QueryCanceledError)


def is_collision(error: BaseException) -> bool:
    """The server took it back because somebody else was at the same rows."""
    return isinstance(error, _COLLISIONS)


def back_off_s(failures: int) -> float:
    """Full jitter below a doubling ceiling, 5 s at most (R41)."""
    ceiling = min(BACK_OFF_S_MAX, 0.1 * 2**failures)
    return random.uniform(0, ceiling)  # noqa: S311  (jitter, not a secret)


def end_if_cancelled() -> None:
    """Raise the cancellation that somebody below kept to themselves.

    Python 3.11's `wait_for` loses one that comes in the moment in which it has its answer.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
