"""A line of a roster says who, when of a week, and as long as it holds."""

from dataclasses import fields

from beaconfire_contracts.duties import Duty


def test_a_line_of_a_roster_carries_ids_and_times_and_no_name() -> None:
    named = {one.name for one in fields(Duty)}

    assert {"person_id", "body", "weekdays", "begins_s", "ends_s", "from_at"} <= named
    assert not {"name", "phone"} & named
