"""What may be asked about a whole map has limits, each refused at its place."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_geo.entrypoints.analysis_schemas import (
    CAPABILITIES_MAX,
    DEMAND_MAX,
    STANDS_MAX,
    WITHIN_S_MAX,
    WITHIN_S_MIN,
    CoverageIn,
)

STAND = {"name": "A1", "lon": 174.7, "lat": -36.9}


def asked(**other: Any) -> dict[str, Any]:
    return {"stands": [STAND], "seconds": 480, **other}


def test_at_its_limits_it_is_taken() -> None:
    demand = [{"cell": f"c{n}", "weight": 0.5} for n in range(DEMAND_MAX)]

    taken = CoverageIn.model_validate_json(
        CoverageIn.model_validate(
            asked(stands=[STAND] * STANDS_MAX, demand=demand)
        ).model_dump_json()
    )

    assert (len(taken.stands), len(taken.demand or ())) == (STANDS_MAX, DEMAND_MAX)


@pytest.mark.parametrize(
    ("other", "place"),
    [
        ({"stands": []}, ("stands",)),
        ({"stands": [STAND] * (STANDS_MAX + 1)}, ("stands",)),
        ({"stands": [{**STAND, "lon": 181}]}, ("stands", 0, "lon")),
        (
            {"stands": [{**STAND, "capabilities": ["als"] * (CAPABILITIES_MAX + 1)}]},
            ("stands", 0, "capabilities"),
        ),
        ({"seconds": WITHIN_S_MIN - 1}, ("seconds",)),
        ({"seconds": WITHIN_S_MAX + 1}, ("seconds",)),
        ({"demand": []}, ("demand",)),
        ({"demand": [{"cell": "c1", "weight": -1.0}]}, ("demand", 0, "weight")),
        ({"demand": [{"cell": "c1", "weight": float("inf")}]}, ("demand", 0, "weight")),
        ({"mode": "swim"}, ("mode",)),
        ({"colour": "red"}, ("colour",)),
    ],
)
def test_beyond_them_it_is_refused(other: dict[str, Any], place: tuple[str | int, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        CoverageIn.model_validate(asked(**other))

    assert refused.value.errors()[0]["loc"] == place
