"""Cities in other guises than the ones that were given: all are played by every policy."""

import csv
import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beaconfire.city import road_table
from beaconfire.city.__main__ import main
from beaconfire.city.judging import ALWAYS, OFFLINE, POLICIES

pytestmark = pytest.mark.apart


def rewritten(folder: Path, name: str, change: Callable[[list[dict[str, str]]], object]) -> None:
    """A table changed in place, its columns in another order."""
    file = folder / f"{name}.csv"
    with file.open() as lines:
        rows = list(csv.DictReader(lines))
    change(rows)
    columns = sorted(rows[0], reverse=True)
    with file.open("w", newline="") as out:
        writer = csv.DictWriter(out, columns)
        writer.writeheader()
        writer.writerows(rows)


def kept(rows: list[dict[str, str]], keep: Callable[[dict[str, str]], bool]) -> None:
    rows[:] = [one for one in rows if keep(one)]


def without(*columns: str) -> Callable[[list[dict[str, str]]], None]:
    def change(rows: list[dict[str, str]]) -> None:
        for row in rows:
            for one in columns:
                del row[one]

    return change


def told(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "parameters.json"
    found = json.loads(file.read_text())
    change(found)
    file.write_text(json.dumps(found))


def shuffled(folder: Path) -> None:
    """Rows and columns in another order, nodes by numbers of their own, all packed."""
    chance = random.Random(3)
    for name in ("nodes", "arcs", "calls_generated", "stations", "demand_250m"):
        rewritten(folder, name, chance.shuffle)
        file = folder / f"{name}.csv"
        with gzip.open(f"{file}.gz", "wb") as out:
            out.write(b"\xef\xbb\xbf" + file.read_bytes())
        file.unlink()


def nobody_is_transported(folder: Path) -> None:
    (folder / "hospitals.csv").unlink()
    rewritten(folder, "calls_generated", lambda rows: [one.update(transport="0") for one in rows])


def one_mode(folder: Path) -> None:
    rewritten(folder, "arcs", without("t_regular_s", "arc"))
    told(folder, lambda all_: all_["off_road_speed_kmh"].pop("regular"))


def no_demand_and_few_columns(folder: Path) -> None:
    (folder / "demand_250m.csv").unlink()
    rewritten(folder, "nodes", without("off_road_access"))
    rewritten(folder, "calls_generated", without("call", "lon", "lat"))
    told(folder, lambda all_: [all_.pop(one, None) for one in (
        "calls_per_day", "priority_probabilities", "cover_time_s", "travel_mode",
    )])  # fmt: skip


def only_low(folder: Path) -> None:
    """One priority alone, and the others not even told."""
    rewritten(
        folder, "calls_generated", lambda rows: kept(rows, lambda one: one["priority"] == "3")
    )
    told(folder, lambda all_: [
        one.pop(word) for one in all_.values() if isinstance(one, dict) for word in ("high", "med")
        if word in one
    ])  # fmt: skip


def a_morning(folder: Path) -> None:
    """Hours in place of days, and later in the year."""
    rewritten(folder, "calls_generated", lambda rows: [
        one.update(t_s=str(9e6 + float(one["t_s"]) / 40)) for one in rows
    ])  # fmt: skip


def one_of_each(folder: Path) -> None:
    """One station, one unit, one call, one repetition."""
    rewritten(folder, "stations", lambda rows: kept(rows, lambda one: one["station"] == "4"))
    rewritten(folder, "ambulances", lambda rows: kept(rows, lambda one: one["ambulance"] == "1"))
    rewritten(folder, "calls_generated", lambda rows: kept(
        rows, lambda one: (one["rep"], one["call"]) == ("2", "1")
    ))  # fmt: skip


def overwhelmed(folder: Path) -> None:
    """One unit, calls without a pause and kilometres from any road: who calls late waits days."""
    rewritten(folder, "ambulances", lambda rows: kept(rows, lambda one: one["ambulance"] == "1"))
    rewritten(folder, "calls_generated", lambda rows: [
        one.update(t_s=str(float(one["t_s"]) / 3), off_road_km="30", on_scene_s="0") for one in rows
    ])  # fmt: skip
    rewritten(folder, "hospitals", lambda rows: rows[0].update(off_road_km="12"))


def cells_of_another_size(folder: Path) -> None:
    (folder / "demand_250m.csv").rename(folder / "demand_1km.csv")


GUISES = (
    shuffled, nobody_is_transported, one_mode, no_demand_and_few_columns, only_low, a_morning,
    one_of_each, cells_of_another_size, overwhelmed,
)  # fmt: skip


@pytest.mark.parametrize("guise", GUISES, ids=lambda one: one.__name__)
def test_every_policy_plays_it(
    folder: Path, capsys: pytest.CaptureFixture[str], guise: Callable[[Path], None]
) -> None:
    guise(folder)
    names = ["B", *sorted({*POLICIES} - {"B"}), OFFLINE]
    reps = "2" if guise is one_of_each else "1-2"

    code = main(["--city", str(folder), "--reps", reps, "--json",
                 *(word for one in names for word in ("--policy", one))])  # fmt: skip

    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert (code, [one["policy"] for one in lines]) == (0, names)
    for line in lines:
        assert {*ALWAYS, *(f"{one}_ci" for one in ALWAYS)} <= set(line)
        assert 0 <= line["on_time_pct"] <= 100
        assert line["mean_s"] > 0
        assert line.get("unanswered", 0) == 0


def test_nodes_in_another_order_are_the_same_city(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def line() -> str:
        main(["--city", str(folder), "--policy", "ours", "--reps", "1", "--json"])
        return capsys.readouterr().out

    before = line()
    shuffled(folder)

    figures, again = json.loads(before), json.loads(line())
    assert again["mean_s"] == pytest.approx(figures["mean_s"], rel=0.02)


def test_a_city_too_large_for_a_table_is_played_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = f"--city {folder} --policy ours --policy offline --reps 1 --json".split()

    main(asked)
    table = capsys.readouterr().out.splitlines()
    monkeypatch.setattr(road_table, "TABLE_MAX", 0)
    main(asked)
    found = capsys.readouterr().out.splitlines()

    for one, other in zip(table, found, strict=True):
        assert json.loads(other)["mean_s"] == pytest.approx(json.loads(one)["mean_s"], abs=1.0)
