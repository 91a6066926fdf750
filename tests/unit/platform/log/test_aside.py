"""Each fact that takes no effect has its line: which, where, why, and what helps."""

from dataclasses import replace

from structlog.testing import capture_logs

from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.log.aside import TOLD_AGAIN_S, TYPES_TOLD_MAX, Ignored, tell_parked
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


def test_a_fact_of_an_unknown_type_is_told_of_by_where_it_lies_once_a_minute() -> None:
    now = [100.0]
    ignored = Ignored("dispatch", clock=lambda: now[0])
    with capture_logs() as lines:
        for _ in range(3):
            ignored.tell(FACT)
        now[0] += TOLD_AGAIN_S
        ignored.tell(FACT)

    assert [(one["event"], one["key"], one["at"], one["untold_before"]) for one in lines] == [
        ("fact_type_unknown", "i1", FACT.position.text(), 0),
        ("fact_type_unknown", "i1", FACT.position.text(), 2),
    ]


def test_however_many_types_are_unknown_each_is_told_of() -> None:
    ignored = Ignored("dispatch", clock=lambda: 0.0)
    names = [f"x{number}.v1" for number in range(2 * TYPES_TOLD_MAX)]
    with capture_logs() as lines:
        for name in names:
            ignored.tell(replace(FACT, type=name))

    assert [one["type"] for one in lines] == names
