"""A row that is refused again and again is left alone longer each time, and said once."""

import asyncpg
import pytest

from beaconfire_contracts.refusals import Conflict
from beaconfire_platform.row_patience import KEPT_MAX, WAIT_S_MAX, Patience


class _Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_it_waits_twice_as_long_each_time_and_a_minute_at_most() -> None:
    clock = _Clock()
    patience = Patience(clock)
    waited: list[float] = []
    said = [patience.refused("row")]
    for _ in range(8):
        began = clock.now
        while not patience.is_due("row"):
            clock.now += 0.5
        waited.append(clock.now - began)
        said.append(patience.refused("row"))

    assert waited == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, WAIT_S_MAX, WAIT_S_MAX]
    assert said == [True] + [False] * 8


def test_others_are_not_held_up_and_what_went_well_is_forgotten() -> None:
    patience = Patience(_Clock())
    patience.refused("row")

    assert patience.is_due("other")
    patience.settled("row")
    assert (patience.is_due("row"), len(patience)) == (True, 0)
    assert patience.refused("row")


def test_no_more_is_remembered_than_may_be() -> None:
    patience = Patience(_Clock())
    for number in range(KEPT_MAX + 1):
        patience.refused(str(number))

    assert len(patience) == KEPT_MAX
    assert (patience.is_due("0"), patience.is_due("1")) == (True, False)


async def test_a_refused_row_is_left_alone_and_a_database_away_is_no_rows_fault() -> None:
    patience, asked = Patience(_Clock()), list[str]()

    async def refused() -> bool:
        asked.append("refused")
        raise Conflict

    async def doubled() -> bool:
        asked.append("doubled")
        raise asyncpg.UniqueViolationError

    async def away() -> bool:
        raise asyncpg.ConnectionDoesNotExistError

    for _ in range(2):
        assert not await patience.act("one", refused)
        assert not await patience.act("other", doubled)
    with pytest.raises(asyncpg.ConnectionDoesNotExistError):
        await patience.act("third", away)

    assert asked == ["refused", "doubled"]
    assert patience.is_due("third")
