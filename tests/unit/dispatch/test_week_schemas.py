"""A week is asked for by any of its days, and told in seconds and names."""

from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from beaconfire_contracts.vocabulary import DutyPart
from beaconfire_dispatch.application.desk import AreaName
from beaconfire_dispatch.domain.roster import Roster
from beaconfire_dispatch.domain.roster_week import RosterGap, Week
from beaconfire_dispatch.entrypoints.week_schemas import WeekAsked, week_out
from beaconfire_testkit.builders import NOON


def test_any_day_names_its_monday() -> None:
    days = [WeekAsked(area="a", day=date(2026, 11, day)).day for day in (23, 26, 29, 30)]

    assert [one.day for one in days] == [23, 23, 23, 30]
    with pytest.raises(ValidationError):
        WeekAsked.model_validate({"area": "a", "day": "soon"})


def test_gaps_are_told_with_their_whole_length() -> None:
    gaps = (
        RosterGap(NOON, NOON + timedelta(hours=2), DutyPart.DESK),
        RosterGap(NOON + timedelta(hours=5), NOON + timedelta(hours=6), None),
    )
    week = Week(NOON, NOON + timedelta(days=7))
    name = AreaName("cell", "格", "Cell")

    told = week_out(Roster("a", 3, "UTC", ()), week, (), gaps, name=name, grid_known=True)

    assert (told.gaps_s, told.name_en, told.version) == (3 * 3600, "Cell", 3)
    assert [one.falls_to for one in told.gaps] == ["desk", None]
