"""A city in which somebody cannot be reached is refused by name before it is played."""

from pathlib import Path

import pytest
from tests.unit.city.conftest import write

from beaconfire.city.folder import BadCity, City, read_city
from beaconfire.city.reach import refuse_unreachable
from beaconfire.city.trips import CityRoads


def test_where_everybody_can_be_reached_nothing_is_refused(city: City, roads: CityRoads) -> None:
    refuse_unreachable(city, roads)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("stations", "stations: station 2 in its table"),
        ("hospitals", "hospitals: hospital 1"),
        ("calls_generated", "calls_generated: call 1 of repetition 1"),
    ],
)
def test_an_island_is_named(folder: Path, table: str, said: str) -> None:
    with (folder / "nodes.csv").open("a") as out:
        out.write("998,174.9,-36.9,1\n999,174.91,-36.9,1\n")
    with (folder / "arcs.csv").open("a") as out:
        out.write("9998,998,999,5,5\n9999,999,998,5,5\n")
    head, *rows = [one.split(",") for one in (folder / f"{table}.csv").read_text().split()]
    at = -1 if table == "stations" else 0
    rows[at][head.index("node")] = "998"
    write(folder, table, head, rows)
    city = read_city(folder)

    with pytest.raises(BadCity, match=said):
        refuse_unreachable(city, CityRoads(city))
