"""Policies are judged on the same calls, each beside B."""

import json

from beaconfire.city.folder import City
from beaconfire.city.judging import judge
from beaconfire.city.scene import Conditions
from beaconfire.city.trips import CityRoads


def test_each_is_told_with_its_interval_and_beside_b(city: City, roads: CityRoads) -> None:
    heard: list[tuple[str, int]] = []

    [ours] = judge(
        city, roads, ["ours"], [1, 2], Conditions(), lambda name, rep: heard.append((name, rep))
    )

    assert heard == [("B", 1), ("B", 2), ("ours", 1), ("ours", 2)]
    told = json.loads(ours.line("small"))
    assert (told["policy"], told["reps"], told["city"]) == ("ours", 2, "small")
    assert 0 <= told["on_time_pct"] <= 100
    assert told["on_time_pct_ci"] >= 0
    assert told["mean_s_less_b"] == round(ours.against["mean_s"].mean, 3)


def test_b_is_beside_nobody_and_one_repetition_has_no_interval(
    city: City, roads: CityRoads
) -> None:
    [only] = judge(city, roads, ["B"], [1], Conditions(), lambda *_: None)

    assert only.against == {}
    assert json.loads(only.line("small"))["mean_s_ci"] is None


def test_offline_is_a_bound_and_has_no_percentile(city: City, roads: CityRoads) -> None:
    [bound] = judge(city, roads, ["offline"], [1, 2], Conditions(), lambda *_: None)

    told = json.loads(bound.line("small"))
    assert (told["policy"], told["p90_s"], told["p90_s_ci"]) == ("offline", None, None)
    assert told["mean_s_less_b"] < 0 <= told["on_time_pct_less_b"]
