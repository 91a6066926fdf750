"""The table of first alarms reads whole, and keeps unprotected people away from danger."""

import tomllib
from importlib.resources import files

import pytest

from beaconfire_dispatch.adapters.first_alarms import load_first_alarms
from beaconfire_dispatch.domain.first_alarm import NOTHING

ALARMS = load_first_alarms()


def test_a_house_on_fire_asks_for_engines_a_ladder_and_an_ambulance() -> None:
    needs = {one.capability: one.count for one in ALARMS.of("fire.structure").needs}

    assert needs == {"engine": 2, "ladder": 1, "ambulance": 1}


@pytest.mark.parametrize("prefix", ["fire", "hazmat"])
def test_whatever_burns_or_poisons_has_a_stand_off(prefix: str) -> None:
    dangerous = {
        code: one for code, one in ALARMS.by_code.items() if code.partition(".")[0] == prefix
    }

    assert dangerous
    assert all(one.stand_off_m >= 100 for one in dangerous.values())


def test_every_line_asks_for_somebody_or_for_a_look() -> None:
    for code, alarm in ALARMS.by_code.items():
        assert alarm.needs or alarm.verify, code
        assert all(one.count > 0 for one in alarm.needs), code


def test_every_type_that_a_call_taker_may_choose_is_answered_by_somebody() -> None:
    text = files("beaconfire_incident.adapters").joinpath("incident_types.toml").read_text("utf-8")
    codes = [row["code"] for row in tomllib.loads(text)["types"]]

    assert len(codes) > 20
    assert [code for code in codes if ALARMS.of(code) is NOTHING] == []
    known = {code.partition(".")[0] for code in codes}
    assert {code.partition(".")[0] for code in ALARMS.by_code} <= known
