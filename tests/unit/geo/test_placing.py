"""What the grid says of a place as told."""

from dataclasses import dataclass, replace

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Place, Point
from beaconfire_contracts.vocabulary import PlaceState
from beaconfire_geo.domain.placing import Found, place_in_grid
from beaconfire_testkit.grid import at

ONE = IncidentId("i")


@dataclass
class Map:
    """A grid and labels that say one thing."""

    found: Found
    version: int = 3
    edition: int = 3

    def find(self, point: Point) -> Found:
        del point
        return self.found

    def near(self, point: Point) -> str:
        del point
        return "Queen St / Wellesley St"


def test_in_a_cell_it_has_the_cells_path_and_keeps_its_state() -> None:
    here = Map(Found("c1", "akl.c1"))

    placed = place_in_grid(ONE, at(174.7, -36.9), grid=here, labels=here)

    assert (placed.cell, placed.path, placed.state) == ("c1", "akl.c1", PlaceState.APPROXIMATE)
    assert placed.label == "Queen St / Wellesley St"


def test_response_areas_hold_what_lies_in_no_cell_too() -> None:
    for found in (Found("c1", "akl.c1"), Found(None, None)):
        here = Map(replace(found, response_areas=("ra1",)))

        placed = place_in_grid(ONE, at(174.7, -36.9), grid=here, labels=here)

        assert placed.response_areas == ("ra1",)


def test_outside_the_nearest_is_named() -> None:
    here = Map(Found(None, None, "c9", 120.0))

    placed = place_in_grid(ONE, at(174.7, -36.9), grid=here, labels=here)

    assert (placed.state, placed.path) == (PlaceState.OUTSIDE, "unplaced")
    assert (placed.nearest_cell, placed.nearest_distance_m) == ("c9", 120.0)


def test_without_any_grid_nothing_is_outside() -> None:
    here = Map(Found(None, None), version=0)

    assert place_in_grid(ONE, at(1, 2), grid=here, labels=here).state is PlaceState.APPROXIMATE


def test_without_a_point_it_is_nowhere_yet() -> None:
    here = Map(Found("c1", "akl.c1"))

    placed = place_in_grid(ONE, Place(PlaceState.UNLOCATED), grid=here, labels=here)

    assert (placed.state, placed.cell, placed.point) == (PlaceState.UNLOCATED, "unplaced", None)
