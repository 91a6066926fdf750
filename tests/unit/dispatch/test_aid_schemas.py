"""What is asked of others is bounded: lines, counts, the time to answer."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from beaconfire_dispatch.entrypoints.aid_schemas import (
    LINES_MAX,
    AidAcceptIn,
    AidIn,
    AidReasonIn,
    AidsAsked,
)
from beaconfire_testkit.builders import AN_ID

LINE = {"capability": "engine", "count": 1}


def test_nothing_has_to_be_said_to_ask() -> None:
    assert (AidIn.model_validate({}).needs, AidIn.model_validate({}).within_s) == (None, 180)


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (AidIn, {"needs": []}),
        (AidIn, {"needs": [LINE] * (LINES_MAX + 1)}),
        (AidIn, {"needs": [LINE | {"count": 0}]}),
        (AidIn, {"needs": [LINE | {"count": 25}]}),
        (AidIn, {"within_s": 29}),
        (AidIn, {"within_s": 3_601}),
        (AidIn, {"body": "x"}),
        (AidAcceptIn, {"unit_ids": []}),
        (AidAcceptIn, {"unit_ids": [AN_ID] * 25}),
        (AidReasonIn, {}),
        (AidReasonIn, {"reason": "no thanks"}),
        (AidsAsked, {"state": "open"}),
    ],
)
def test_what_cannot_be_is_refused(shape: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shape.model_validate(body)
