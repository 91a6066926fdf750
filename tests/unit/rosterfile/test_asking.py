"""Rows become one roster an area; what the node refuses stands at the row that it is made of."""

import pytest

from beaconfire.mapfile.rows import BadFile, BadRows
from beaconfire.rosterfile import asking
from beaconfire.rosterfile.asking import Register, asked_of
from beaconfire.rosterfile.reading import EVERY_DAY, SINCE_EVER, RosterRow
from beaconfire.simulation.api import Refused
from beaconfire_contracts.vocabulary import DutyPart

KNOWN = Register({"chen": "p1"}, {"fire": "b1"}, {"c1": "a.c1", "a.c1": "a.c1", "a": "a"})


def a_row(row: int, area: str, person: str | None = "chen", body: str | None = None) -> RosterRow:
    part = DutyPart.WORKER if person else DutyPart.DESK
    return RosterRow(
        row, area, "UTC", part, person, body, EVERY_DAY, "08:00", "20:00", SINCE_EVER, None
    )


def test_an_area_by_code_and_by_path_is_one_roster() -> None:
    asked = asked_of([a_row(1, "c1"), a_row(2, "a", None, "fire"), a_row(3, "a.c1")], KNOWN)

    rosters = asked.body["rosters"]
    assert [(one["area"], len(one["duties"])) for one in rosters] == [("a.c1", 2), ("a", 1)]
    assert rosters[0]["duties"][0]["person_id"] == "p1"
    assert (rosters[1]["duties"][0]["part"], rosters[1]["duties"][0]["body"]) == ("desk", "b1")
    assert asked.rows == ((1, 3), (2,))


def test_names_that_nobody_has_are_told_by_row() -> None:
    rows = [a_row(1, "c9"), a_row(2, "c1", "li"), a_row(3, "c1", None, "navy"), a_row(4, "c1")]

    with pytest.raises(BadRows) as refused:
        asked_of(rows, KNOWN)

    assert [(one.row, one.code) for one in refused.value.rows] == [
        (1, "unknown_area"), (2, "unknown_person"), (3, "unknown_body"),
    ]  # fmt: skip


def test_what_the_node_refuses_stands_at_its_row() -> None:
    asked = asked_of([a_row(1, "c1"), a_row(2, "a"), a_row(3, "c1")], KNOWN)
    rows = [
        {"code": "unknown_zone", "detail": "none", "pointer": "/rosters/1/zone"},
        {"code": "shifts_overlap", "detail": "twice", "pointer": "/rosters/0/duties/1"},
        {"code": "other", "detail": "elsewhere", "pointer": "/zone"},
    ]

    found = asked.wrong_rows(Refused(422, "unknown_zone", "", {"rows": rows}))
    one = asked.wrong_rows(
        Refused(409, "stale", "", {"detail": "old", "pointer": "/rosters/1/replaces"})
    )

    assert found is not None
    assert one is not None
    assert [(bad.row, bad.code) for bad in found.rows] == [
        (2, "unknown_zone"), (3, "shifts_overlap"),
    ]  # fmt: skip
    assert [(bad.row, bad.code) for bad in one.rows] == [(2, "stale")]
    assert asked.wrong_rows(Refused(503, "grid_away", "", {})) is None


def test_more_areas_than_one_request_takes_are_refused_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asking, "AREAS_AT_ONCE_MAX", 1)

    with pytest.raises(BadFile, match="too_many_areas"):
        asked_of([a_row(1, "c1"), a_row(2, "a")], KNOWN)
