"""What a number of a city may be, how it is refused, and figures as JSON that any reader takes."""

import json
import math

import pytest

from beaconfire.city.limits import OFF_ROAD_KM, TARGET_S, line_of


@pytest.mark.parametrize("told", ["0.5", 600, 1_000.0])
def test_what_lies_within_is_read(told: str | float) -> None:
    assert OFF_ROAD_KM.read("off_road_km", told) == float(told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("1e308", "aim 1e308: 1 to 604800 s"),
        (0, "aim 0: 1 to 604800 s"),
        (math.nan, "aim nan: 1 to 604800 s"),
        (10**400, f"aim 1{'0' * 39}: 1 to 604800 s"),
        ("soon" * 50, f"aim {'soon' * 10} is no number: 1 to 604800 s"),
        ({}, "aim is no number: 1 to 604800 s"),
        (None, "aim is no number: 1 to 604800 s"),
    ],
)
def test_what_lies_beyond_is_refused_by_name_in_one_short_line(told: object, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}$"):
        TARGET_S.read("aim", told)


def test_a_figure_that_is_no_number_is_null_in_json() -> None:
    line = line_of({"city": "a", "mean_s": math.inf, "mean_s_ci": math.nan, "reps": 2})

    assert json.loads(line, parse_constant=pytest.fail) == {
        "city": "a", "mean_s": None, "mean_s_ci": None, "reps": 2,
    }  # fmt: skip
