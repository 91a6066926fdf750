"""Hours of a roster are read to the minute and told as they were written."""

import pytest
from pydantic import ValidationError

from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import Responder
from beaconfire_dispatch.entrypoints.roster_schemas import RosterIn, responder_out, rosters_out

LINE = {"part": "desk", "body": "018f0000-0000-7000-8000-000000000001",
        "from_at": "2026-11-01T00:00:00Z"}  # fmt: skip


def test_hours_are_read_and_told_again() -> None:
    line = LINE | {"begins": "22:30", "ends": "06:00", "weekdays": (7, 1, 7)}
    told = {"area": "a.b", "zone": "Asia/Shanghai", "duties": (line,)}

    [duty] = rosters_out([RosterIn.model_validate(told).of()]).items[0].duties

    assert (duty.begins, duty.ends, duty.weekdays) == ("22:30", "06:00", [1, 7])
    assert responder_out(Responder(DutyPart.LEADER, "a", None)).part == "leader"


@pytest.mark.parametrize("wrong", [{"begins": "24:00"}, {"weekdays": ()}, {"weekdays": (8,)}])
def test_hours_and_days_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RosterIn.model_validate({"area": "a", "zone": "UTC", "duties": (LINE | wrong,)})
