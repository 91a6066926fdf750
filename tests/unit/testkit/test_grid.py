"""The made-up grid is a layer as the API takes it."""

from beaconfire_contracts.vocabulary import PlaceState
from beaconfire_testkit.grid import EAST, WEST, at, grid, opened


def test_two_cells_share_an_edge_and_lie_in_the_city() -> None:
    city, west, east = grid(WEST, EAST)["features"]
    shared = {tuple(one) for one in west["geometry"]["coordinates"][0]} & {
        tuple(one) for one in east["geometry"]["coordinates"][0]
    }

    assert len(shared) == 2
    assert {one["properties"]["parent"] for one in (west, east)} == {city["properties"]["code"]}


def test_each_incident_is_another() -> None:
    place = at(174.7, -36.9)

    assert place.state is PlaceState.APPROXIMATE
    assert opened(place).incident_id != opened(place).incident_id
