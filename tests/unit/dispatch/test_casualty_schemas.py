"""Counts are whole numbers of people, none below nobody."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from beaconfire_dispatch.entrypoints.casualty_schemas import BedsIn, CasualtiesIn, DestinationIn


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (CasualtiesIn, {"immediate": -1}),
        (CasualtiesIn, {"delayed": 1.5}),
        (CasualtiesIn, {"minor": "2"}),
        (CasualtiesIn, {"dead": 10_000}),
        (CasualtiesIn, {"red": 1}),
        (CasualtiesIn, {"immediate": True}),
        (BedsIn, {}),
        (BedsIn, {"beds_free": -1}),
        (DestinationIn, {"hospital_id": "H1"}),
    ],
)
def test_what_cannot_be_is_refused(shape: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shape.model_validate(body)
