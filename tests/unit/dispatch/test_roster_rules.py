"""A roster that could not be followed is refused, and its place is named."""

from dataclasses import replace
from datetime import timedelta

import pytest

from beaconfire_contracts.duties import Duty
from beaconfire_contracts.ids import BodyId, PersonId
from beaconfire_contracts.refusals import Refusal
from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.domain.roster import Roster
from beaconfire_dispatch.domain.roster_rules import UnknownArea, UnknownWorker, check_rosters
from beaconfire_testkit.builders import NOON

DAY = Duty(DutyPart.WORKER, PersonId("p"), None, (1, 7), 28_800, 57_600, NOON)
NIGHT = replace(DAY, begins_s=79_200, ends_s=21_600)


def _refused(*duties: Duty, zone: str = "UTC", twice: bool = False) -> tuple[str, str | None]:
    rosters = [Roster("a.b", 0, zone, duties)] * (2 if twice else 1)
    with pytest.raises(Refusal) as refused:
        check_rosters(rosters, {PersonId("p")}, lambda name: name == "UTC")
    return refused.value.code, refused.value.pointer


def test_each_breach_names_its_place() -> None:
    at = "/rosters/0/duties"
    assert _refused(replace(DAY, part=DutyPart.DESK)) == ("wrong_responder", f"{at}/0")
    assert _refused(replace(DAY, body=BodyId("b"))) == ("wrong_responder", f"{at}/0")
    assert _refused(replace(DAY, until_at=NOON)) == ("empty_validity", f"{at}/0/until_at")
    assert _refused(replace(DAY, person_id=PersonId("q"))) == (
        "unknown_worker", f"{at}/0/person_id",
    )  # fmt: skip
    assert _refused(DAY, DAY) == ("shifts_overlap", f"{at}/1")
    assert _refused(NIGHT, replace(DAY, begins_s=3_600)) == ("shifts_overlap", f"{at}/1")
    assert _refused(zone="Mars/Base") == ("unknown_zone", "/rosters/0/zone")
    assert _refused(twice=True) == ("same_area_twice", "/rosters/1/area")


def test_all_that_is_wrong_is_told_with_it() -> None:
    lines = (replace(DAY, person_id=PersonId("q")), replace(DAY, until_at=NOON), DAY)
    rosters = [Roster("a.b", 0, "UTC", lines), Roster("a.c", 0, "Mars/Base", ())]

    with pytest.raises(UnknownWorker) as refused:
        check_rosters(rosters, {PersonId("p")}, lambda name: name == "UTC", {"a.c"})

    rows = refused.value.fields["rows"]
    assert isinstance(rows, list)
    assert [(one["code"], one["pointer"]) for one in rows] == [
        ("unknown_worker", "/rosters/0/duties/0/person_id"),
        ("empty_validity", "/rosters/0/duties/1/until_at"),
        ("unknown_zone", "/rosters/1/zone"),
    ]
    assert refused.value.fields["rows_wrong"] == 3


def test_an_area_that_the_grid_does_not_have_can_only_be_emptied() -> None:
    with pytest.raises(UnknownArea) as refused:
        check_rosters([Roster("gone", 0, "UTC", (DAY,))], {PersonId("p")}, lambda _: True, {"gone"})

    assert refused.value.pointer == "/rosters/0/area"
    check_rosters([Roster("gone", 0, "UTC", ())], set(), lambda _: True, {"gone"})


def test_shifts_that_follow_each_other_and_validities_that_do_are_kept() -> None:
    later = NOON + timedelta(days=1)
    desk = replace(DAY, part=DutyPart.DESK, person_id=None, body=BodyId("b"))
    lines = (DAY, NIGHT, desk, replace(DAY, part=DutyPart.DEPUTY))

    check_rosters([Roster("a", 0, "UTC", lines)], {PersonId("p")}, lambda _: True)
    check_rosters(
        [Roster("a", 0, "UTC", (replace(DAY, until_at=later), replace(DAY, from_at=later)))],
        {PersonId("p")},
        lambda _: True,
    )
