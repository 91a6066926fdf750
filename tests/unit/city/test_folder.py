"""A city's folder is read as it lies, and whatever is wrong with it is named with its row."""

import gzip
from pathlib import Path

import pytest

from beaconfire.city.folder import BadCity, City, read_city

DELAY = "parameters.json: dispatch_delay_s 9{40}: 0 to 86400 s"


def test_a_city_is_read_with_its_nodes_counted_from_zero(city: City) -> None:
    assert city.reps == (1, 2, 3)
    assert [one.number for one in city.of_rep(2)] == list(range(1, 161))
    assert city.stations[0].node == 0
    assert city.homes == (0, 1, 1)
    assert city.parameters.mode == {1: "lights", 2: "lights", 3: "regular"}
    assert city.head.max() == len(city.lon) - 1


def test_a_table_may_be_packed(folder: Path) -> None:
    plain = folder / "nodes.csv"
    with gzip.open(folder / "nodes.csv.gz", "wb") as out:
        out.write(plain.read_bytes())
    before = read_city(folder)
    plain.unlink()

    assert (read_city(folder).lon == before.lon).all()


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("nodes", ",lat,", ",height,", "nodes, row 2: no column 'lat'"),
        ("nodes", "174.7,", "nan,", "nodes, row 2: lon nan: -180 to 180 degrees"),
        ("nodes", "174.7,-36.9", "-36.9,174.7", "nodes, row 2: lat 174.7: -90 to 90 degrees"),
        ("arcs", ",20.0,", ",fast,", "arcs, row 2: t_lights_s fast is no number"),
        ("nodes", "\n2,", "\n1,", "nodes: number 1 is there twice"),
        ("calls_generated", "1,2,", "1,two,", "calls_generated, row 3: call two is no number"),
        ("calls_generated", "1,2,", "1,2.5,", "row 3: call 2.5 is no whole number"),
        ("calls_generated", ",1,174.7,", ",4,174.7,", r"row \d+: no priority 4"),
        ("arcs", "1,1,26,", "1,1,99999,", "arcs, row 2: to_node 99999 is a node that is not"),
        ("arcs", ",20.0,", ",-20.0,", "arcs, row 2: t_lights_s -20.0: 0 to 86400 s"),
        ("ambulances", "1,4", "1,5", "ambulances, row 2: home_station 5 is a station"),
        ("demand_250m", "0.04", "-0.04", "demand_250m, row 2: weight -0.04"),
        ("parameters", '"high": "lights"', '"high": "rails"', "travel_mode rails"),
        (
            "parameters",
            '"lights": 40.0',
            '"lights": 0.0',
            "off_road_speed_kmh lights 0.0: 0.1 to",
        ),
        ("parameters", '"dispatch_delay_s": 50.0', '"dispatch_delay_s": -1', "dispatch_delay_s"),
        ("parameters", '"high": 0.5', '"high": -0.5', "priority_probabilities high -0.5: 0 to"),
        (
            "parameters",
            '"cover_time_s": {"high": 240',
            '"cover_time_s": {"high": NaN',
            "cover_time_s high nan: 1 to 604800 s",
        ),
        ("parameters", '"low": 600', '"late": 600', r"row \d+: no priority 3 in parameters"),
        ("parameters", '"response_target_s"', '"targets"', "parameters.json: .*response_target_s"),
        ("parameters", '"dispatch_delay_s": 50.0', f'"dispatch_delay_s": {"9" * 400}', DELAY),
        ("parameters", '{"calls', "[" * 100_000 + '{"calls', "parameters.json: nested too deeply"),
        ("parameters", '{"calls', '[]{"calls', "parameters.json: Extra data: line 1"),
        ("parameters", '"high": 240', '"high": 1e300', r"response_target_s high 1e\+300: 1 to"),
        ("parameters", '"lights": 40.0', '"lights": 1e-300', "off_road_speed_kmh lights 1e-300"),
        ("parameters", '"high": 0.5', '"high": [0.5]', "priority_probabilities high is no number"),
        ("stations", ",1,0.1", ",1,1e308", "stations, row 2: off_road_km 1e308: 0 to 1000 km"),
        ("stations", "\n4,", "\n1e300,", "stations, row 2: station 1e300: -9007199254740992 to"),
        ("demand_250m", "0,174.7", "0,1e300", "demand_250m, row 2: lon 1e300: -180 to 180"),
        ("demand_250m", "0.04", "1e308", "demand_250m, row 2: weight 1e308: 0 to"),
        ("calls_generated", "1,1,", "1,1,1e3", r"calls_generated, row 2: t_s 1e3\d+.*: 0 to 31"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, table: str, old: str, new: str, said: str) -> None:
    file = next(folder.glob(f"{table}.*"))
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))

    with pytest.raises(BadCity, match=said):
        read_city(folder)


def test_a_city_whose_roads_take_no_time_is_no_city(folder: Path) -> None:
    file = folder / "arcs.csv"
    head, *rows = file.read_text().splitlines()
    still = [",".join([*row.split(",")[:3], "0", "30"]) for row in rows]
    file.write_text("\n".join([head, *still]))

    with pytest.raises(BadCity, match="arcs: t_lights_s of all rows are 0 s: 1 s at least"):
        read_city(folder)


@pytest.mark.parametrize("table", ["nodes", "arcs", "stations", "ambulances", "calls_generated"])
def test_a_folder_without_a_table_is_no_city(folder: Path, table: str) -> None:
    (folder / f"{table}.csv").unlink()

    with pytest.raises(BadCity, match=rf"{table}: there is no {table}.csv or"):
        read_city(folder)


@pytest.mark.parametrize("table", ["nodes", "arcs", "stations", "ambulances", "calls_generated"])
def test_a_table_with_a_head_alone_is_no_city(folder: Path, table: str) -> None:
    file = folder / f"{table}.csv"
    file.write_text(file.read_text().splitlines()[0] + "\n")

    with pytest.raises(BadCity, match=f"{table}: no row"):
        read_city(folder)


def test_who_is_brought_to_a_hospital_needs_one(folder: Path) -> None:
    (folder / "hospitals.csv").unlink()

    with pytest.raises(BadCity, match=r"calls_generated, row \d+: transport to a hospital"):
        read_city(folder)


def test_what_is_no_packed_table_is_named(folder: Path) -> None:
    (folder / "nodes.csv").rename(folder / "nodes.csv.gz")

    with pytest.raises(BadCity, match="nodes: "):
        read_city(folder)


def test_a_priority_that_is_spelled_out_is_the_same(folder: Path) -> None:
    before = read_city(folder).parameters
    file = folder / "parameters.json"
    file.write_text(file.read_text().replace('"med"', '"medium"'))

    assert read_city(folder).parameters == before
