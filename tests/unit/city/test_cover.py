"""Stations are worth what their times to the cells are, and many cells are gathered into few."""

import numpy as np
import pytest

from beaconfire.city.cover import cover_curves, gathered
from beaconfire.city.folder import City
from beaconfire.city.trips import CityRoads
from beaconfire_dispatch.domain.engine.standby import CoverCurve


def test_a_cell_at_a_station_is_cheapest_from_there(city: City, roads: CityRoads) -> None:
    curves = cover_curves(city, roads)

    assert curves.price[0, 0] < curves.price[1, 0]
    assert curves.price[1, -1] < curves.price[0, -1]


def test_gathered_cells_call_as_often_and_cost_as_much_as_before() -> None:
    drawn = np.random.default_rng(1)
    curves = CoverCurve(drawn.random((3, 400)), drawn.random(400))

    few = gathered(curves, drawn.random((400, 2)), 50)

    assert few.rate.size <= 50
    assert few.rate.sum() == pytest.approx(curves.rate.sum())
    assert few.price @ few.rate == pytest.approx(curves.price @ curves.rate)


def test_few_cells_are_left_as_they_are_and_one_place_is_one_cell() -> None:
    curves = CoverCurve(np.array([[1.0, 3.0]]), np.array([1.0, 1.0]))

    assert gathered(curves, np.array([[0.0, 0.0], [0.0, 0.0]]), 1).price.tolist() == [[2.0]]
    assert gathered(curves, np.array([[0.0, 0.0], [1.0, 0.0]]), 3).price.tolist() == [[1.0, 3.0]]
