"""What may be asked to be closed: something, with a reason, to nothing or a share of its speed."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_geo.entrypoints.closure_schemas import POINTS_MAX, ClosureIn

POINT = {"lon": 174.7, "lat": -36.9}


@pytest.mark.parametrize("share", [0, 0.05, 0.5, 0.99])
def test_roads_are_closed_or_slowed(share: float) -> None:
    asked = ClosureIn.model_validate(
        {"points": [POINT], "speed_share": share, "reason": "ice_snow"}
    )

    assert asked.speed_share == share


@pytest.mark.parametrize(
    "asked",
    [
        {"points": [POINT]},
        {"points": [POINT], "reason": "fire", "speed_share": 1},
        {"points": [POINT], "reason": "fire", "speed_share": -0.5},
        {"points": [POINT], "reason": "fire", "speed_share": 0.01},
        {"points": [POINT], "reason": "fire", "speed_share": "0"},
        {"points": [POINT] * (POINTS_MAX + 1), "reason": "fire"},
        {"numbered": {"roads_sha256": "a" * 64, "arcs": []}, "reason": "fire"},
        {"numbered": {"roads_sha256": "a" * 64, "arcs": [-1]}, "reason": "fire"},
        {"numbered": {"roads_sha256": "A" * 64, "arcs": [1]}, "reason": "fire"},
    ],
)
def test_anything_else_is_refused(asked: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ClosureIn.model_validate(asked)
