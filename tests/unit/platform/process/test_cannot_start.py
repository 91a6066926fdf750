"""What is unfit in the environment is one sentence, and anything else stays what it is."""

import pytest

from beaconfire_platform.environment import BadSetting
from beaconfire_platform.process.cannot_start import (
    LOG_LEVELS,
    CannotStart,
    log_level,
    reading_settings,
)


def test_an_unfit_setting_is_why_it_cannot_start() -> None:
    with (
        pytest.raises(CannotStart, match="X is a number: mend"),
        reading_settings(),
    ):
        raise BadSetting("X is a number")


def test_an_error_of_our_own_is_no_setting() -> None:
    with pytest.raises(ValueError, match="ours") as raised, reading_settings():
        raise ValueError("ours")

    assert not isinstance(raised.value, CannotStart)


@pytest.mark.parametrize("level", [*LOG_LEVELS, "WARNING"])
def test_a_level_is_as_it_was_told(level: str) -> None:
    assert log_level({"BEACONFIRE_LOG_LEVEL": level}) == level
    assert log_level({}) == "info"


@pytest.mark.parametrize("level", ["", "loud", "x" * 1_000])
def test_a_level_that_is_none_is_named_with_those_there_are(level: str) -> None:
    with pytest.raises(CannotStart, match="debug, info, warning, error") as raised:
        log_level({"BEACONFIRE_LOG_LEVEL": level})

    assert len(str(raised.value)) < 150
