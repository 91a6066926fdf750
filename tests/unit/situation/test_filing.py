"""What is over: an incident that has ended, with nobody at work on it."""

from typing import Any

import pytest

from beaconfire_contracts.vocabulary import AssignmentStatus, IncidentStatus
from beaconfire_situation.domain.filing import is_over


def records(status: str, *assignments: str) -> dict[str, dict[str, Any]]:
    """An incident's records by source."""
    held = {str(nth): {"status": one} for nth, one in enumerate(assignments)}
    return {"incident": {"status": status}, "dispatch": {"assignments": held}}


@pytest.mark.parametrize("status", list(IncidentStatus))
def test_an_incident_is_over_when_closed_merged_or_voided(status: str) -> None:
    assert is_over("incident", records(status)) == (status in {"closed", "merged", "voided"})


@pytest.mark.parametrize("status", list(AssignmentStatus))
def test_nothing_is_over_while_a_unit_is_at_work_on_it(status: str) -> None:
    over = is_over("incident", records("closed", "cleared", status))

    assert over == (status in {"cleared", "refused", "cancelled"})


def test_what_only_others_told_of_is_not_over_and_units_never_are() -> None:
    assert not is_over("incident", {"geo": {"path": "akl"}})
    assert not is_over("unit", {"dispatch": {"status": "closed"}})
