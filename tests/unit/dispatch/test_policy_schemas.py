"""What a policy is told as: seconds that a crew can answer in, and nothing unasked by default."""

from typing import Any

import pytest
from pydantic import ValidationError

from beaconfire_dispatch.entrypoints.policy_schemas import PolicyIn

ASKED: dict[str, Any] = {"priority": 1, "mode": "auto", "target_s": 300, "acknowledge_s": 30}


def test_a_crew_under_way_is_not_turned_round_unless_that_is_said() -> None:
    assert not PolicyIn.model_validate(ASKED).may_divert_unasked
    assert PolicyIn.model_validate(ASKED | {"may_divert_unasked": True}).may_divert_unasked


@pytest.mark.parametrize(
    "change",
    [
        {"may_divert_unasked": "yes"}, {"may_divert_unasked": 1}, {"mode": "ask"},
        {"priority": 0}, {"priority": 5}, {"acknowledge_s": 9}, {"target_s": float("nan")},
    ],
)  # fmt: skip
def test_what_cannot_be_a_policy_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        PolicyIn.model_validate(ASKED | change)
