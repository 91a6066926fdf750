"""A recall is read strictly."""

import pytest
from pydantic import ValidationError

from beaconfire_dispatch.entrypoints.life_schemas import RecallIn


def test_a_recall_has_a_reason_as_a_code() -> None:
    assert RecallIn.model_validate_json("{}").reason == "desk_recalled"

    for wrong in ('{"reason": ""}', '{"reason": "the fire is out, come home"}', '{"why": "so"}'):
        with pytest.raises(ValidationError):
            RecallIn.model_validate_json(wrong)
