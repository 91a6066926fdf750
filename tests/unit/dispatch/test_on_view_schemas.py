"""What a crew tells of what it came upon: codes, points on the earth, nothing else."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_dispatch.entrypoints.on_view_schemas import OnViewIn


def test_nothing_has_to_be_told() -> None:
    assert OnViewIn.model_validate({}).type is None


@pytest.mark.parametrize(
    "told",
    [
        {"type": "a b"}, {"incident_id": "x y"}, {"position": {"lon": 181, "lat": 0}},
        {"position": {"lon": "174", "lat": 0}}, {"source": "rumour"}, {"text": "a crash"},
        {"occurred_at": "2026-01-01T00:00:00"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(told: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OnViewIn.model_validate(told)
