"""Which errors are waited out, and for how long."""

import asyncpg
import pytest

from beaconfire_platform.log.consumer import ATTEMPTS_MAX
from beaconfire_platform.log.patience import (
    BACK_OFF_S_MAX,
    PARKED_S_MAX,
    back_off_s,
    is_away,
    is_collision,
    pauses_s_max,
)


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


def test_what_lies_between_three_tries_leaves_most_of_the_time_for_the_tries() -> None:
    drawn = [sum(back_off_s(tried) for tried in range(1, ATTEMPTS_MAX)) for _ in range(200)]

    assert max(drawn) <= pauses_s_max(ATTEMPTS_MAX) <= PARKED_S_MAX / 3
    assert pauses_s_max(1) == 0


def test_a_fourth_try_or_a_longer_pause_would_not_leave_it() -> None:
    assert pauses_s_max(ATTEMPTS_MAX + 1) > PARKED_S_MAX / 3
