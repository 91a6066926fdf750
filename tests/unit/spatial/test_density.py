"""Kernel density: the published sum of kernels, and no weight lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beaconfire_spatial.density import Density, density
from beaconfire_spatial.plane import Plane, middle_of

LONS, LATS = np.array([174.76, 174.765, 174.8]), np.array([-36.85, -36.852, -36.86])
WEIGHTS = np.array([1.0, 3.0, 2.0])


def centres(found: Density) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = found.per_km2.shape
    width, height = (found.east - found.west) / columns, (found.north - found.south) / rows
    return (
        found.west + width * (np.arange(columns) + 0.5),
        found.south + height * (np.arange(rows) + 0.5),
    )


def test_it_is_the_sum_of_the_kernels_of_all_points() -> None:
    plane = Plane(middle_of(LONS, LATS))

    found = density(LONS, LATS, bandwidth_m=300, step_m=20, weights=WEIGHTS)

    lons, lats = (axis.ravel() for axis in np.meshgrid(*centres(found)))
    away = plane.metres(lons, lats)[:, None] - plane.metres(LONS, LATS)[None]
    squared = (away**2).sum(axis=2) / 300**2
    direct = (WEIGHTS * np.exp(-squared / 2)).sum(axis=1) / (2 * np.pi * 0.3**2)
    assert found.per_km2.ravel() == pytest.approx(direct, abs=0.05 * direct.max())


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(174.7, 174.8), st.floats(-36.9, -36.8)), min_size=1, max_size=20),
    st.floats(150, 800),
)
def test_no_weight_is_lost_at_the_edge(points: list[tuple[float, float]], wide_m: float) -> None:
    lons, lats = np.array(points).T

    found = density(lons, lats, bandwidth_m=wide_m, step_m=100)

    assert found.per_km2.sum() * 0.1**2 == pytest.approx(len(points), rel=0.005)
    assert (found.west < lons.min(), found.north > lats.max()) == (True, True)


def test_a_map_of_too_many_pixels_is_refused_before_it_takes_memory() -> None:
    with pytest.raises(ValueError, match="larger steps"):
        density(np.array([-170.0, 170.0]), np.array([-60.0, 60.0]), bandwidth_m=50, step_m=50)
    with pytest.raises(ValueError, match="at least one point"):
        density(np.zeros(0), np.zeros(0), bandwidth_m=50, step_m=50)
