"""The demo's city holds together: codes refer to what there is, calls come in their true order."""

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
