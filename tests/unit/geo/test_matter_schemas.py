"""Rows of matters that cannot be are refused before anything is read."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import BodyKind
from beaconfire_geo.domain.matters import Charge, ChargeBasis, KnownBody
from beaconfire_geo.entrypoints.matter_schemas import MattersIn, charge_out

ROW = {"type": "fire", "area": "a", "body": "fire"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"rules": (ROW | {"type": ""},)},
        {"rules": (ROW | {"area": "a b"},)},
        {"rules": (ROW | {"colour": "red"},)},
        {"rules": (), "replaces": -1},
        {"rules": (ROW,) * 5_001},
    ],
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MattersIn.model_validate(wrong)


def test_an_agency_is_told_with_why_it_is_this_one() -> None:
    body = KnownBody(BodyId("b"), "fire", BodyKind.FIRE, "city", "消防", "Fire", "a", ())

    told = charge_out(Charge("fire", body, ChargeBasis.BY_KIND))

    assert (told.code, told.kind, told.basis) == ("fire", "fire", "by_kind")
