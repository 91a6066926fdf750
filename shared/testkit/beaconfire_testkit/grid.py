"""A made-up grid of a city with two cells side by side, and incidents told to be somewhere."""

from dataclasses import replace
from typing import Any, Final

from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.vocabulary import PlaceMethod, PlaceState
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of


def area(code: str, level: str, parent: str | None, box: tuple[float, ...]) -> dict[str, Any]:
    """A rectangle (west, south, east, north) as a layer's feature."""
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    names = {"name_zh": f"{code}区", "name_en": f"Area {code}"}
    return {
        "type": "Feature",
        "properties": {"code": code, "level": level, "parent": parent, **names},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def grid(*cells: dict[str, Any]) -> dict[str, Any]:
    """A city with these cells, as `PUT /v1/layers/{name}` takes it."""
    return {
        "type": "FeatureCollection",
        "crs": "EPSG:4326",
        "features": [area("akl", "city", None, (174, -37, 176, -36)), *cells],
    }


WEST: Final = area("c1", "cell", "akl", (174.7, -36.9, 174.71, -36.89))
EAST: Final = area("c2", "cell", "akl", (174.71, -36.9, 174.72, -36.89))


def opened(place: Place) -> IncidentOpened:
    """An incident of its own, told to be there."""
    return replace(an_example_of(IncidentOpened), incident_id=IncidentId(new_id()), place=place)


def at(lon: float, lat: float) -> Place:
    """A place as the network knows it, give or take fifty metres."""
    return Place(PlaceState.APPROXIMATE, Point(lon, lat), 50.0, PlaceMethod.NETWORK)
