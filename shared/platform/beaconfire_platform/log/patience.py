"""Which errors mean “wait and try again”, and how long to wait.

R14: a key is parked for what its fact does, never because the database is away or busy.
"""

import asyncio
import random
from typing import Final

import asyncpg

from beaconfire_platform.database import AWAY

BACK_OFF_S_MAX: Final = 5.0
PARKED_S_MAX: Final = 2.0
"""R14: so long after its first failure, and all the more after its third, a fact that crashes is
parked. What a consumer waits for of its own accord is `pauses_s_max`, and only where its tries
collide with somebody; the rest is for the tries themselves and for the row, a transaction each.
"""
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
    return random.uniform(0, _ceiling_s(failures))  # noqa: S311  (jitter, not a secret)


def pauses_s_max(tries: int) -> float:
    """What lies between so many tries of one fact at most, all together."""
    return sum(_ceiling_s(tried) for tried in range(1, tries))


def _ceiling_s(failures: int) -> float:
    return min(BACK_OFF_S_MAX, 0.1 * 2**failures)


def end_if_cancelled() -> None:
    """Raise the cancellation that somebody below kept to themselves.

    Python 3.11's `wait_for` loses one that comes in the moment in which it has its answer.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
