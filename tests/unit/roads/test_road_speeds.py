"""Speeds are data: by class, or by a posted limit that means a number."""

from pathlib import Path

import pytest

from beaconfire.roads.refusals import RoadsRefused
from beaconfire.roads.road_speeds import limit_kmh, load_speeds


@pytest.mark.parametrize(
    ("said", "kmh"),
    [
        ("50", 50.0), ("50 km/h", 50.0), ("30 mph", 48.28032), ("30mph", 48.28032),
        ("100;80", 100.0), (" 60 ", 60.0), ("none", None), ("walk", None), ("NZ:urban", None),
        ("", None), ("0", None), ("-5", None), ("9999", None), ("signals", None),
    ],
)  # fmt: skip
def test_a_posted_limit_counts_where_it_means_a_number(said: str, kmh: float | None) -> None:
    assert limit_kmh(said) == (None if kmh is None else pytest.approx(kmh))


def test_with_lights_every_class_is_faster_and_no_class_is_slower_than_walking() -> None:
    speeds = load_speeds()

    assert len(speeds.classes) >= 15
    for one in speeds.classes.values():
        assert 3 <= one.speed.regular < one.speed.lights <= 200
    assert not speeds.classes["motorway"].enters
    assert speeds.classes["residential"].enters


def test_a_limit_is_followed_in_both_modes_and_never_below_walking() -> None:
    speeds = load_speeds()

    fast = speeds.of({"highway": "residential", "maxspeed": "100"})
    slow = speeds.of({"highway": "primary", "maxspeed": "1"})

    assert (fast.lights, fast.regular) == (pytest.approx(93), pytest.approx(65))
    assert (slow.lights, slow.regular) == (3, 3)
    assert speeds.of({"highway": "motorway"}) == speeds.classes["motorway"].speed


@pytest.mark.parametrize(
    "text",
    [
        "", "rubbish =", "[classes]\nroad = 5\n",
        "[share_of_limit]\nlights=1\nregular=9\n[classes]\n",
        "[share_of_limit]\nlights=1\nregular=1\n[classes]\nroad={lights_kmh=1,regular_kmh=1,enters=true}",
        "[share_of_limit]\nlights=1\nregular=1\n[classes]\nroad={lights_kmh=nan,regular_kmh=5,enters=true}",
    ],
)  # fmt: skip
def test_a_file_without_speeds_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "speeds.toml"
    file.write_text(text)

    with pytest.raises(RoadsRefused) as refused:
        load_speeds(file)

    assert refused.value.code == "bad_speeds"
