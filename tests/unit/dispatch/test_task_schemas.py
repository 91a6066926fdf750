"""What is told of a task is refused where it cannot be."""

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from beaconfire_dispatch.entrypoints.task_schemas import (
    TaskCannotIn,
    TaskDoneIn,
    TaskIn,
    TasksAsked,
)


@pytest.mark.parametrize(
    ("shape", "body"),
    [
        (TasksAsked, {"state": "open"}),
        (TaskCannotIn, {}),
        (TaskDoneIn, {"finding": "nice"}),
        (TaskIn, {"kind": "verify", "within_s": 59}),
        (TaskIn, {"kind": "verify", "stand_off_m": 5_001.0}),
    ],
)
def test_what_cannot_be_is_refused(shape: type[BaseModel], body: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        shape.model_validate(body)


def test_done_needs_no_finding() -> None:
    assert TaskDoneIn().finding is None
