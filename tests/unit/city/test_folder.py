"""A city's folder is read as it lies, and whatever is wrong with it is named with its row."""

import gzip
from pathlib import Path

import pytest

from beaconfire.city.folder import BadCity, City, read_city


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
        ("nodes", "off_road_access", "entry", r"nodes, row 2: KeyError\('off_road_access'\)"),
        ("calls_generated", "1,2,", "1,two,", "calls_generated, row 3"),
        ("arcs", "1,1,26,", "1,1,99999,", "ends at a node that is not there"),
        ("arcs", ",20.0,", ",-20.0,", "a travel time is negative"),
        ("ambulances", "1,4", "1,5", "ambulances, row 2"),
        ("parameters", '"low": 600', '"late": 600', "parameters.json"),
    ],
)
def test_what_is_wrong_is_named(folder: Path, table: str, old: str, new: str, said: str) -> None:
    file = next(folder.glob(f"{table}.*"))
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))

    with pytest.raises(BadCity, match=said):
        read_city(folder)


def test_a_folder_without_a_table_is_no_city(folder: Path) -> None:
    (folder / "hospitals.csv").unlink()

    with pytest.raises(BadCity, match=r"hospitals: .*No such file"):
        read_city(folder)
