"""Calls with times are played by just these times, and a bad table is refused by row."""

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from beaconfire.city.folder import BadCity, Parameters
from beaconfire.city.surge import drawn
from beaconfire.city.timed_calls import TimedCalls, as_city, read_timed_calls, with_calls
from beaconfire.city.trips import CityRoads

DC = Path(__file__).parent / "data" / "dc_calls_with_surge.csv.gz"
BY: dict[int, float] = {1: 480.0, 2: 480.0, 3: 1_200.0}
TOLD = Parameters(
    dict.fromkeys(BY, 1 / 3), 0.0, BY, BY, dict.fromkeys(BY, "lights"),
    {"lights": 1.0, "regular": 1.0},
)  # fmt: skip
HEADER = ["neighborhood", "interarrival_seconds", "stn1_min", "stn2_min", "hosp1_min", "hosp2_min"]


def a_table(folder: Path, rows: list[list[object]], header: list[str] = HEADER) -> Path:
    file = folder / "calls.csv"
    with file.open("w", newline="") as out:
        csv.writer(out).writerows([header, *rows])
    return file


def a_surge(folder: Path) -> Path:
    before: list[list[object]] = [["7", 600, 3.0, 9.0, 4.0, "NA"], ["8", 900, 8.0, 2.0, 5.0, "NA"]]
    surge: list[object] = ["9", 1, 5.0, 6.0, 7.0, "NA"]
    return a_table(folder, [*before, *([surge] * 6), *before])


def test_calls_times_and_the_surge_are_read(tmp_path: Path) -> None:
    told = read_timed_calls(a_surge(tmp_path))

    assert told.at_s.tolist()[:3] == [600.0, 1_500.0, 1_501.0]
    assert told.stations_s[0].tolist() == [180.0, 540.0]
    assert told.hospitals_s.shape == (10, 1)
    assert told.surge == range(2, 8)


def test_the_calls_of_washington_have_28_in_one_cell() -> None:
    told = read_timed_calls(DC)

    assert told.surge == range(147, 175)
    assert told.stations_s.shape == (528, 35)
    assert told.hospitals_s.shape == (528, 15)


TIMES = st.integers(1, 5).flatmap(
    lambda places: st.tuples(
        arrays.arrays(float, (places, 3), elements=st.integers(0, 300)),
        arrays.arrays(float, (places, 2), elements=st.integers(0, 300)),
    )
)


@settings(deadline=None)
@given(TIMES)
def test_every_way_takes_just_the_time_that_was_told(times: tuple[np.ndarray, np.ndarray]) -> None:
    """However little the times agree with each other: no way round is shorter than a true time."""
    stations_s, hospitals_s = times
    told = TimedCalls(np.arange(len(stations_s)) * 1.0, stations_s, hospitals_s, range(0))
    city = as_city(told, 1, TOLD, "made")
    first, place = told.place_of()
    table = CityRoads(city).tables["lights"]

    nodes = 5 + place
    there = table.seconds(np.arange(3), nodes).T
    onward = table.seconds(nodes, np.arange(3, 5))

    assert np.allclose(there, stations_s, atol=1e-3)
    assert np.allclose(onward, hospitals_s, atol=1e-3)
    assert len(first) == len(np.unique(place))


def test_who_turns_round_on_the_way_is_a_piece_from_where_it_was(tmp_path: Path) -> None:
    told = read_timed_calls(a_surge(tmp_path))
    city = as_city(told, 1, TOLD, "made")
    roads = CityRoads(city)
    _, place = told.place_of()

    way = roads.tables["lights"].way(0, 3 + int(place[0]))

    assert len(way.nodes) == 7
    assert way.after_s[-1] == pytest.approx(180.0)
    back = roads.tables["lights"].seconds(way.nodes[3:4], np.array([0]))
    assert back[0, 0] == pytest.approx(90.0, abs=1e-3)


def test_each_call_stands_at_its_place(tmp_path: Path) -> None:
    told = read_timed_calls(a_surge(tmp_path))
    city = with_calls(as_city(told, 1, TOLD, "made"), told, drawn(told, 1, "equal"))

    nodes = [one.site.node for one in city.calls]
    assert nodes[0] == nodes[8] != nodes[1]
    assert len(set(nodes[2:8])) == 1


@pytest.mark.parametrize(
    ("rows", "header", "said"),
    [
        ([], HEADER, "no row"),
        ([["1", 1, 2, 3, 4, 5]], ["a", "b", "c", "d", "e", "f"], "no column stn1_min"),
        ([["1", "soon", 2, 3, 4, 5]], HEADER, "row 2: interarrival_seconds"),
        (
            [["1", 1, 2, 3, 4, 5], ["1", 1, -2, 3, 4, 5]],
            HEADER,
            "row 3: stn1_min -2: 0 to 1440",
        ),
        ([["1", 1, "inf", 3, 4, 5]], HEADER, "row 2: stn1_min inf: 0 to 1440 min"),
        ([["1", 1, "1e308", 3, 4, 5]], HEADER, "row 2: stn1_min 1e308: 0 to 1440 min"),
        ([["1", "1e300", 2, 3, 4, 5]], HEADER, "row 2: interarrival_seconds 1e300: 0 to 31536000"),
        ([["1", 1, 2, 3, 4, 5]], HEADER, "no 5 calls of one cell"),
    ],
)
def test_what_is_no_such_table_is_refused(
    tmp_path: Path, rows: list[list[object]], header: list[str], said: str
) -> None:
    with pytest.raises(BadCity, match=said):
        read_timed_calls(a_table(tmp_path, rows, header))


def test_what_is_no_file_and_what_is_not_packed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "calls.csv.gz").write_bytes(b"\x1f\x8bnothing")

    for name in ("calls.csv.gz", "nowhere.csv"):
        with pytest.raises(BadCity, match=name.split(".")[0]):
            read_timed_calls(tmp_path / name)
