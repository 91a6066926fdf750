"""The demo's city holds together: codes refer to what there is, calls come in their true order."""

import math
from collections import Counter

import pytest
import shapely
from shapely.geometry import shape

from beaconfire.demo.city import City, UnknownCity, load_city


@pytest.fixture(scope="module")
def city() -> City:
    return load_city("auckland")


def test_an_unknown_city_is_told_which_there_are() -> None:
    with pytest.raises(UnknownCity, match="auckland"):
        load_city("../atlantis")


def test_codes_are_unique_and_refer_to_what_there_is(city: City) -> None:
    areas = {area.code for area in city.areas}
    stations = {station.code for station in city.stations}

    assert len(areas) == len(city.areas)
    assert len(stations) == len(city.stations)
    assert len({unit.call_sign for unit in city.units}) == len(city.units)
    assert {unit.station for unit in city.units} <= stations
    assert {area.parent for area in city.areas} - {None} <= areas


def test_every_area_has_a_valid_shape_within_its_parent(city: City) -> None:
    shapes = {area.code: shape(area.geometry) for area in city.areas}

    assert all(one.is_valid and one.area > 0 for one in shapes.values())
    for area in city.areas:
        if area.level == "community" and area.parent is not None:
            assert shapely.covers(shapes[area.parent].buffer(1e-7), shapes[area.code])


def test_the_layer_holds_each_area_as_a_feature(city: City) -> None:
    layer = city.layer()

    assert [one["properties"]["code"] for one in layer["features"]] == [
        area.code for area in city.areas
    ]


def test_calls_come_in_the_order_of_time_and_the_same_each_time(city: City) -> None:
    calls = list(city.calls())

    assert calls == list(city.calls())
    assert [one.after_s for one in calls] == sorted(one.after_s for one in calls)
    assert all(-180 <= one.lon <= 180 and -90 <= one.lat <= 90 and one.text for one in calls)


def test_it_has_the_stations_and_ambulances_of_its_source_and_says_what_is_invented(
    city: City,
) -> None:
    real = [one for one in city.stations if not one.invented]
    fire = [one for one in city.stations if one.kind == "fire"]

    assert [one.kind for one in real] == ["ambulance"] * 14
    assert len(fire) == 8
    assert all(one.invented for one in fire)
    ambulances = [one for one in city.units if one.kind == "ambulance"]
    assert (len(ambulances), any(one.invented for one in ambulances)) == (16, False)
    assert all(one.invented for one in city.units if one.kind != "ambulance")


def test_its_cells_are_250_m_and_its_calls_a_citys_mix(city: City) -> None:
    cells = [shape(one.geometry).bounds for one in city.areas if one.level == "cell"]
    metre = 1 / 111_195
    for west, south, east, north in cells:
        assert (north - south) / metre == pytest.approx(250, abs=2)
        wide_m = (east - west) / metre * math.cos(math.radians((north + south) / 2))
        assert wide_m == pytest.approx(250, abs=2)
    kinds = Counter(one.type.partition(".")[0] for one in city.calls())
    share = {kind: count / kinds.total() for kind, count in kinds.items()}
    assert share["medical"] == pytest.approx(0.42, abs=0.03)
    assert share["traffic"] == pytest.approx(0.44, abs=0.03)
    assert share["fire"] == pytest.approx(0.10, abs=0.02)
