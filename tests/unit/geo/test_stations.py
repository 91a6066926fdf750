"""What a release tells of stations: each that is new, other or left out, and nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point as Shape
from shapely.geometry import box

from beaconfire_contracts.facts.geo import StationMapped
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import BodyKind
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.domain.layers import Area, ReleasedLayer
from beaconfire_geo.domain.matters import KnownBody
from beaconfire_geo.domain.stations import (
    STATIONS_MAX,
    Elsewhere,
    MappedStation,
    StationChange,
    place_of,
    station_facts,
    stations_seen,
    wrong_body,
    wrong_stations,
)
from beaconfire_testkit.builders import NOON

LEVELS = load_levels().by_code()
FIRE = KnownBody(BodyId("b1"), "fire", BodyKind.FIRE, "city", "消防", "Fire", "akl", ())
AID = replace(FIRE, id=BodyId("b2"), code="aid", name_zh="急救", name_en="Aid")
CODES = ("s1", "s2", "s3")


def mapped(code: str, lon: float = 1.0, body: KnownBody = FIRE) -> MappedStation:
    """One station."""
    return MappedStation(code, f"{code}站", code, body, Point(lon, 2.0))


def head(layer: str, version: int) -> ReleasedLayer:
    """A released version."""
    return ReleasedLayer(layer, version, 1, "hash", NOON)


def area(code: str, body: str | None, lon: float = 1.0) -> Area:
    """The same as an area."""
    return Area(code, "station", code, f"{code}站", code, Shape(lon, 2.0), body=body)


VERSIONS = st.dictionaries(st.sampled_from(CODES), st.integers(1, 3))


@given(st.lists(st.tuples(st.sampled_from(["one", "two", "three"]), VERSIONS), min_size=1))
def test_whoever_follows_what_is_told_has_each_station_as_the_last_map_that_has_it(
    releases: list[tuple[str, dict[str, int]]],
) -> None:
    followed: dict[str, tuple[str, float]] = {}
    maps: dict[str, tuple[int, dict[str, MappedStation]]] = {}
    for number, (layer, told) in enumerate(releases):
        before = maps.get(layer, (0, {}))[1]
        after = {code: mapped(code, float(lon)) for code, lon in told.items()}
        others = [(version, name, one) for name, (version, found) in maps.items()
                  if name != layer for one in found.values()]  # fmt: skip
        elsewhere = Elsewhere(
            {code: owner for code, (owner, _) in followed.items()},
            {one.code: (one, name, version) for version, name, one in sorted(others, key=str)},
        )
        for fact, scope in station_facts(head(layer, number), before, after, elsewhere, NOON):
            assert scope.owner == "b1"
            if isinstance(fact, StationMapped):
                said = fact.layer, fact.point.lon
                assert followed.get(fact.code) != said, "told though nothing changed"
                followed[fact.code] = said
            elif followed[fact.code][0] == fact.layer:  # a map retires only what is its own
                del followed[fact.code]
        maps[layer] = number, after

        assert {code: followed[code] for code in after} == {
            code: (layer, one.point.lon) for code, one in after.items()
        }
        assert {code: lon for code, (_, lon) in followed.items()} == {
            code: maps[owner][1][code].point.lon for code, (owner, _) in followed.items()
        }
        assert followed.keys() == {code for _, found in maps.values() for code in found}


@pytest.mark.parametrize(
    ("level", "body", "wrong"),
    [
        ("station", "fire", None),
        ("station", None, "station_without_body"),
        ("station", "lost", "unknown_body"),
        ("cell", None, None),
        ("cell", "fire", "body_of_no_station"),
    ],
)
def test_a_station_alone_names_a_body_and_one_that_there_is(
    level: str, body: str | None, wrong: str | None
) -> None:
    found = wrong_body(LEVELS[level], "s1", body, {"fire"})

    assert (None if found is None else found[0](found[1]).code) == wrong


def test_stations_that_stay_are_judged_too_and_so_is_how_many_there_are() -> None:
    stays = [area("s1", "fire"), area("s2", None)]

    found = list(wrong_stations(stays, STATIONS_MAX + 1, LEVELS, {"fire"}))

    assert [one.code for one in found] == ["station_without_body", "too_many_stations"]
    assert "s2 stays" in found[0].detail


def test_every_station_is_seen_with_its_body_in_the_order_of_rows() -> None:
    before = [area("s1", "fire"), area("s2", "fire"), area("s9", "aid"), area("old", None)]
    after = [area("s1", "fire"), area("s2", "aid"), area("s3", "fire")]

    seen = stations_seen(before, after, {"s3": 0, "s2": 1, "s1": 2}, [FIRE, AID])

    assert [(one.row, one.code, one.body_en, one.change) for one in seen] == [
        (0, "s3", "Fire", StationChange.NEW),
        (1, "s2", "Aid", StationChange.CHANGED),
        (2, "s1", "Fire", StationChange.SAME),
        (None, "s9", "Aid", StationChange.LEFT_OUT),
    ]


def test_a_station_with_a_shape_is_somewhere_inside_of_it() -> None:
    ground = box(0, 0, 2, 2)

    inside = place_of(ground)

    assert ground.contains(Shape(inside.lon, inside.lat))
    assert place_of(Shape(1, 2)) == Point(1.0, 2.0)
