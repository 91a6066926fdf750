"""How a subscription is asked for."""

import pytest
from pydantic import ValidationError

from beaconfire_agency.entrypoints.sharing_schemas import SubscriptionIn
from beaconfire_testkit.builders import AN_ID


def test_without_a_reach_none_is_asked_for() -> None:
    assert SubscriptionIn.model_validate({"body": AN_ID}).reach is None


@pytest.mark.parametrize("reach", ["", "*", "-", "akl.", "akl;drop"])
def test_a_reach_is_the_path_of_a_division(reach: str) -> None:
    with pytest.raises(ValidationError):
        SubscriptionIn.model_validate({"body": AN_ID, "reach": reach})
