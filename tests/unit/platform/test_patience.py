"""Which errors are waited out, and for how long."""

import asyncpg
import pytest

from beaconfire_platform.log.patience import BACK_OFF_S_MAX, back_off_s, is_away, is_collision


@pytest.mark.parametrize(
    ("error", "away", "collision"),
    [
        (ConnectionResetError(), True, False),
        (TimeoutError(), True, False),
        (asyncpg.ConnectionDoesNotExistError(), True, False),
        (asyncpg.AdminShutdownError(), True, False),
        (asyncpg.TooManyConnectionsError(), True, False),
        (asyncpg.DeadlockDetectedError(), False, True),
        (asyncpg.SerializationError(), False, True),
        (asyncpg.LockNotAvailableError(), False, True),
        (asyncpg.QueryCanceledError(), False, False),
        (asyncpg.UniqueViolationError(), False, False),
        (RuntimeError(), False, False),
    ],
)
def test_the_database_away_a_collision_and_a_fault_are_told_apart(
    error: Exception, *, away: bool, collision: bool
) -> None:
    assert (is_away(error), is_collision(error)) == (away, collision)


def test_waiting_grows_and_stays_below_its_limit() -> None:
    assert all(0 <= back_off_s(failures) <= BACK_OFF_S_MAX for failures in range(40))
    assert max(back_off_s(0) for _ in range(100)) <= 0.1
