"""What geo takes over HTTP."""

import pytest
from pydantic import ValidationError

from beaconfire_geo.entrypoints.schemas import ENDS_MAX, PositionsIn, TravelTimesIn

POINT = {"lon": 174.7, "lat": -36.9}


def test_a_matrix_has_limits_at_its_sides() -> None:
    most = {"sources": [POINT] * ENDS_MAX, "targets": [POINT] * ENDS_MAX}
    TravelTimesIn.model_validate(most)

    for wrong in (
        {**most, "sources": [POINT] * (ENDS_MAX + 1)},
        {**most, "targets": []},
        {**most, "mode": "flying"},
    ):
        with pytest.raises(ValidationError):
            TravelTimesIn.model_validate(wrong)


def test_a_batch_of_positions_is_not_empty() -> None:
    with pytest.raises(ValidationError):
        PositionsIn.model_validate({"fixes": []})
