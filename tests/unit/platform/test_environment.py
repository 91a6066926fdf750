"""What the environment tells is a number within its limits, or is named in one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_platform.environment import BadSetting, whole_number


@given(st.integers(-50, 50))
def test_a_number_is_taken_when_it_fits_and_refused_when_not(number: int) -> None:
    told = {"NAME": str(number)}
    if 1 <= number <= 20:
        assert whole_number(told, "NAME", 7, least=1, most=20) == number
    else:
        with pytest.raises(BadSetting, match="NAME is a whole number between 1 and 20"):
            whole_number(told, "NAME", 7, least=1, most=20)


def test_what_is_left_out_is_as_it_comes() -> None:
    assert whole_number({}, "NAME", 7, least=1, most=20) == 7


@pytest.mark.parametrize("told", ["", "abc", "1.5", "1e3", "x" * 5_000])
def test_what_is_no_number_is_named_in_a_short_line(told: str) -> None:
    with pytest.raises(BadSetting) as refused:
        whole_number({"NAME": told}, "NAME", 7, least=1, most=20)

    assert len(str(refused.value)) < 150
