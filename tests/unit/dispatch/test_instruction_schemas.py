"""What is said of a unit is read strictly."""

import pytest
from pydantic import ValidationError

from beaconfire_dispatch.domain.instruction import InstructionKind
from beaconfire_dispatch.entrypoints.instruction_schemas import InstructionIn


def test_a_word_is_one_of_two_and_nothing_stands_beside_it() -> None:
    assert InstructionIn.model_validate_json('{"kind": "kept"}').kind is InstructionKind.KEPT

    for wrong in ('{"kind": "perhaps"}', "{}", '{"kind": "kept", "why": "so"}'):
        with pytest.raises(ValidationError):
            InstructionIn.model_validate_json(wrong)
