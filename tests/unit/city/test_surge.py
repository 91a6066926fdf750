"""A surge is answered by each policy on the same calls, and who leaves a high call is noted."""

import json
from pathlib import Path

import pytest
from tests.unit.city.test_timed_calls import a_surge

from beaconfire.city.folder import City
from beaconfire.city.scene import Ambulance, Demand, Scene
from beaconfire.city.simulator import Simulator
from beaconfire.city.surge import POLICIES, Watched, drawn, main, placed
from beaconfire.city.timed_calls import read_timed_calls, with_calls
from beaconfire.city.trips import CityRoads


def lines_of(out: str) -> list[dict[str, object]]:
    return [json.loads(one) for one in out.splitlines()]


def test_a_line_a_policy_beside_greedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = a_surge(tmp_path)

    code = main(["--data", str(file), "--fleet", "2", "--reps", "3", "--json"])

    lines = lines_of(capsys.readouterr().out)
    assert [one["policy"] for one in lines] == list(POLICIES)
    for line in lines:
        assert (line["calls"], line["surge_calls"]) == (8.0, 6.0)
        assert line["high_left_waiting"] == 0.0
    joint = next(one for one in lines if one["policy"] == "joint")
    worse = [joint[f"{name}_less_greedy"] for name in ("total_s", "p90_s")]
    assert code == (1 if any(isinstance(one, float) and one > 0 for one in worse) else 0)
    greedy = lines[0]
    assert joint["total_s_less_greedy"] == pytest.approx(
        float(str(joint["total_s"])) - float(str(greedy["total_s"])), abs=0.01
    )


def test_a_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--data", str(a_surge(tmp_path)), "--reps", "2", "--priorities", "equal"])

    assert "surge: fleet 30, priorities equal, reps 2" in capsys.readouterr().out


def test_what_is_no_table_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "nowhere.csv")]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_same_repetition_is_drawn_the_same_and_another_is_not(tmp_path: Path) -> None:
    told = read_timed_calls(a_surge(tmp_path))

    assert drawn(told, 1, "mixed") == drawn(told, 1, "mixed") != drawn(told, 2, "mixed")
    assert {one.priority for one in drawn(told, 1, "equal")} == {1}


class Slow:
    """A planted fault: nobody is sent while fewer than three calls wait."""

    name = "slow"

    def __init__(self, city: City, roads: CityRoads) -> None:
        self._rest = POLICIES["closest"](city, roads)

    def decide(self, scene: Scene) -> list[tuple[Ambulance, Demand]]:
        """Late."""
        return self._rest.decide(scene) if len(scene.waiting) > 2 else []

    def standby(self, scene: Scene, unit: Ambulance) -> int:
        """Home."""
        return self._rest.standby(scene, unit)

    def moves(self, scene: Scene) -> list[tuple[Ambulance, int]]:
        """Nobody."""
        return self._rest.moves(scene)


def test_who_leaves_a_high_call_while_a_unit_is_free_is_found_out(tmp_path: Path) -> None:
    told = read_timed_calls(a_surge(tmp_path))
    city, roads = placed(told, 4)
    calls = with_calls(city, told, drawn(told, 1, "equal")).calls
    slow, quick = Watched(Slow(city, roads)), Watched(POLICIES["joint"](city, roads))

    for one in (slow, quick):
        Simulator(city, roads, one).run(calls)

    assert slow.left_waiting > 0
    assert quick.left_waiting == 0
