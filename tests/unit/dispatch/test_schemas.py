"""Request shapes refuse what cannot be, before anything is read."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from beaconfire_dispatch.entrypoints.policy_schemas import PolicyIn
from beaconfire_dispatch.entrypoints.schemas import (
    AssignmentsAsked,
    DispatchIn,
    StepIn,
    UnitsAsked,
)
from beaconfire_testkit.builders import AN_ID


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (DispatchIn, {"unit_ids": []}),
        (DispatchIn, {"unit_ids": [AN_ID] * 25}),
        (DispatchIn, {"unit_ids": ["E1"]}),
        (PolicyIn, {"priority": 5, "mode": "propose", "target_s": 60, "acknowledge_s": 60}),
        (PolicyIn, {"priority": 1, "mode": "propose", "target_s": 9, "acknowledge_s": 60}),
        (PolicyIn, {"priority": True, "mode": "propose", "target_s": 60, "acknowledge_s": 60}),
        (StepIn, {"fence": "1"}),
        (StepIn, {"version": 0}),
        (StepIn, {"status": "cleared"}),
        (UnitsAsked, {"limit": 501}),
        (AssignmentsAsked, {"cursor": "E1"}),
        (AssignmentsAsked, {"state": "half"}),
    ],
)
def test_what_cannot_be_is_refused(shape: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shape.model_validate(body)


def test_a_step_needs_nothing_but_the_step() -> None:
    step = StepIn()

    assert (step.occurred_at, step.source, step.fence, step.version) == (None, "seat", None, None)
    assert (UnitsAsked().limit, AssignmentsAsked().limit) == (200, 200)
