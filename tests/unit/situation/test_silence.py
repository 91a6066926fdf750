"""Not heard from: only whoever is under way, only after a minute, told in whole minutes."""

import pytest

from beaconfire_contracts.feed import POSITION_STALE_AFTER_S
from beaconfire_contracts.vocabulary import UnitStatus
from beaconfire_situation.domain.silence import (
    MINUTES_MAX,
    UNDER_WAY,
    minutes_silent,
)


@pytest.mark.parametrize(
    ("silent_s", "minutes"),
    [
        (0, 0),
        (POSITION_STALE_AFTER_S - 0.1, 0),
        (POSITION_STALE_AFTER_S, 1),
        (179, 2),
        (10**6, MINUTES_MAX),
    ],
)
def test_silence_on_the_road_is_told_in_whole_minutes(silent_s: float, minutes: int) -> None:
    assert minutes_silent("en_route", silent_s) == minutes


@pytest.mark.parametrize("status", sorted(set(UnitStatus) - UNDER_WAY))
def test_whoever_stands_need_not_tell_where(status: str) -> None:
    assert minutes_silent(status, 10**6) == 0


def test_under_way_is_named_as_units_name_it() -> None:
    assert set(UnitStatus) >= UNDER_WAY
