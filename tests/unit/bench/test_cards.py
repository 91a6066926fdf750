"""Cards of four years judged on the rest: what a small part of San Francisco's calls shows."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from beaconfire.bench.call_records import BadRecords, read_calls
from beaconfire.bench.cards import measure
from beaconfire.cli import app

DATA = Path(__file__).parent / "data" / "sf_fire_unit_responses.csv.gz"


def test_cards_by_area_foretell_more_than_the_most_frequent_response() -> None:
    found = measure(read_calls(DATA))

    first = found["first_order"]
    assert found["calls"] == found["derived_from"] + found["judged"]
    assert first["same_pct"] > first["baseline"]["same_pct"] > 0
    assert first["same_pct"] < 100
    assert first["others_differ_by_mean"] >= 1


def test_a_level_that_no_card_had_a_step_for_is_said_and_not_hidden() -> None:
    later = measure(read_calls(DATA))["later_alarms"]

    # the only second alarm of seven years came in the sixth: nothing to derive its step from
    assert (later["struck"], later["card_had_the_step"], later["same"]) == (1, 0, 0)
    assert later["struck_after_s"] == [351]
    assert later["sent_after_the_first_order"] == [14]


def test_a_step_that_was_seen_before_is_foretold() -> None:
    calls = read_calls(DATA)
    struck = next(one for one in calls if one.alarms == 2)
    years = [one for one in calls if one.alarms == 1]
    earlier = replace(struck, number="earlier", received_at=years[5].received_at)
    known = sorted([*years, earlier, struck], key=lambda one: one.received_at)

    later = measure(known)["later_alarms"]

    assert (later["struck"], later["card_had_the_step"], later["same"]) == (1, 1, 1)


def test_every_recorded_time_is_taken_and_what_is_missing_or_disordered_is_counted() -> None:
    calls = read_calls(DATA)
    times = measure(calls)["times"]

    units = [unit for call in calls for unit in call.sent]
    assert times["accepted"] == times["units"] == len(units)
    assert times["times"] == sum(len(unit.steps) for unit in units)
    no_scene = sum("on_scene" not in unit.steps for unit in units)
    no_start = sum("en_route" not in unit.steps for unit in units)
    assert max(no_scene, no_start) <= times["with_gaps"] <= no_scene + no_start
    backwards = sum(
        moments != sorted(moments)
        for unit in units
        if (moments := [unit.dispatched_at, *unit.steps.values()])
    )
    assert times["out_of_order"] == backwards > 0


def test_four_years_alone_cannot_be_judged() -> None:
    with pytest.raises(BadRecords):
        measure([one for one in read_calls(DATA) if one.received_at.year < 2012])


def test_the_command_prints_one_line_and_refuses_what_is_no_file(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = CliRunner().invoke(app, ["bench", "cards", "--data", str(DATA), "--json"])
    [line] = capfd.readouterr().out.splitlines()
    told = CliRunner().invoke(app, ["bench", "cards", "--data", str(DATA)])
    missing = CliRunner().invoke(app, ["bench", "cards", "--data", str(tmp_path / "none.csv")])
    said = capfd.readouterr()

    assert (done.exit_code, told.exit_code, missing.exit_code) == (0, 0, 2)
    assert json.loads(line)["section"] == "cards"
    assert "baseline" in said.out
    assert "none.csv" in said.err


@pytest.mark.parametrize(
    "asked", [["cards"], ["cards", "geo", "--data", "x"], ["geo", "--data", "x"]]
)
def test_cards_are_measured_alone_and_on_a_file(asked: list[str]) -> None:
    assert CliRunner().invoke(app, ["bench", *asked]).exit_code == 2
