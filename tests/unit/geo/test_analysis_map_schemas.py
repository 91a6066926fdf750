"""What is drawn is asked for strictly: metres within bounds, a target within an hour."""

import pytest
from pydantic import ValidationError

from beaconfire_geo.entrypoints.analysis_map_schemas import (
    NEIGHBOURS_M,
    NEIGHBOURS_M_MAX,
    CoverageMapIn,
    HotspotsIn,
)

ONE = [{"cell": "c1", "weight": 1.0}]


def test_neighbours_are_within_a_kilometre_unless_something_else_is_asked() -> None:
    assert HotspotsIn.model_validate({"demand": ONE}).within_m == NEIGHBOURS_M


@pytest.mark.parametrize("within_m", [0.0, -5.0, NEIGHBOURS_M_MAX + 1.0, float("nan"), "1000"])
def test_another_distance_is_refused(within_m: object) -> None:
    with pytest.raises(ValidationError):
        HotspotsIn.model_validate({"demand": ONE, "within_m": within_m})


def test_a_coverage_may_be_of_nobody_and_of_no_more_than_two_hundred() -> None:
    stand = {"name": "A1", "lon": 1.0, "lat": 1.0}

    assert CoverageMapIn.model_validate({"stands": [], "seconds": 480}).capability is None
    with pytest.raises(ValidationError):
        CoverageMapIn.model_validate({"stands": 201 * [stand], "seconds": 480})
