"""Each fact that takes no effect has its line: which, where, why, and what helps."""

import uuid

from structlog.testing import capture_logs

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.aside import tell_ignored, tell_parked
from beaconfire_platform.log.ledger import BEHIND, HOLE
from beaconfire_platform.log.port import Unreadable, Why

FACT = Unreadable("f1", "geo", "x.v9", "i1", 3, LogPosition(1, 0, 41), Why.UNKNOWN_MAJOR)


def test_a_newer_major_names_the_service_to_upgrade() -> None:
    with capture_logs() as lines:
        tell_parked("dispatch", FACT, Why.UNKNOWN_MAJOR)

    [line] = lines
    assert (line["event"], line["log_level"], line["upgrade"]) == (
        "fact_parked",
        "error",
        "dispatch",
    )
    assert (line["type"], line["key"], line["version"]) == ("x.v9", "i1", 3)
    assert line["at"] == FACT.position.text()


def test_a_hole_is_an_error_and_what_waits_behind_it_is_not() -> None:
    with capture_logs() as lines:
        tell_parked("dispatch", FACT, HOLE)
        tell_parked("dispatch", FACT, BEHIND)

    assert [one["why"] for one in lines if one["log_level"] == "error"] == [HOLE]


def test_an_unknown_type_is_told_of_once() -> None:
    name = f"beaconfire.geo.{uuid.uuid4().hex}.v1"
    with capture_logs() as lines:
        for _ in range(3):
            tell_ignored("dispatch", name)
        tell_ignored("incident", name)

    assert [(one["event"], one["consumer"]) for one in lines] == [
        ("fact_type_unknown", "dispatch"),
        ("fact_type_unknown", "incident"),
    ]
