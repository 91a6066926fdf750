"""What bodies outside are told: which fields, and never people, seats or words."""

import typing
from dataclasses import fields, is_dataclass

import pytest

from beaconfire_contracts.ids import NoteId, PersonId, ReportId, SeatId, SubscriptionId
from beaconfire_contracts.shared_events import SHARED_EVENTS, SharedEvent, name_of, subject_of
from beaconfire_testkit.builders import AN_ID, an_example_of

INSIDE_ONLY = (PersonId, SeatId, ReportId, NoteId, SubscriptionId)


def reached(hint: object) -> set[object]:
    """Every type in a type."""
    found = {hint}
    for one in typing.get_args(hint):
        found |= reached(one)
    if isinstance(hint, type) and is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        for one in fields(hint):
            found |= reached(hints[one.name])
    return found


def test_types_are_named_after_what_is_shared() -> None:
    assert sorted(SHARED_EVENTS) == [
        "beaconfire.shared.incident-shown.v1",
        "beaconfire.shared.incident-withdrawn.v1",
        "beaconfire.shared.sharing-begun.v1",
        "beaconfire.shared.sharing-ended.v1",
        "beaconfire.shared.unit-shown.v1",
        "beaconfire.shared.unit-withdrawn.v1",
    ]


@pytest.mark.parametrize(("name", "holder"), SHARED_EVENTS.items())
def test_an_event_knows_its_name_and_what_it_is_about(name: str, holder: type[SharedEvent]) -> None:
    event = an_example_of(holder)

    assert (name_of(event), subject_of(event)) == (name, AN_ID)


@pytest.mark.parametrize("holder", SHARED_EVENTS.values())
def test_no_person_seat_report_or_note_is_ever_named_outside(holder: type) -> None:
    assert reached(holder).isdisjoint(INSIDE_ONLY)
