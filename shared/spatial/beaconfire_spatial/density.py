"""Kernel density: how thick incidents lie over the ground, on a grid of pixels to draw.

A Gaussian kernel (B. W. Silverman, Density Estimation for Statistics and Data Analysis, 1986, §4.2)
in metres. It shows where much happens; what of it is more than chance, `hotspots.py` says.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.ndimage import gaussian_filter

from beaconfire_spatial.plane import Plane, middle_of

PIXELS_MAX: Final = 4_000_000
"""32 MB of numbers; a city of 100 km by 100 km in steps of 50 m."""
KERNEL_WIDTHS: Final = 4.0
"""Beyond four bandwidths a Gaussian has 0.03 % of its weight left."""


@dataclass(frozen=True, slots=True)
class Density:
    """Weights a square kilometre by pixel, rows from south to north, and the grid's edges."""

    per_km2: np.ndarray
    west: float
    south: float
    east: float
    north: float
    step_m: float


def density(
    lons: np.ndarray,
    lats: np.ndarray,
    *,
    bandwidth_m: float,
    step_m: float,
    weights: np.ndarray | None = None,
) -> Density:
    """The density of points; its sum over the ground is the sum of the weights.

    >>> one = density(np.array([174.76]), np.array([-36.85]), bandwidth_m=400, step_m=100)
    >>> round(float(one.per_km2.max()), 2), round(float(one.per_km2.sum() * 0.01), 2)
    (0.99, 1.0)
    """
    if not (len(lons) == len(lats) > 0 and 0 < step_m <= bandwidth_m):
        raise ValueError("at least one point, and pixels not larger than the bandwidth")
    plane = Plane(middle_of(lons, lats))
    points = plane.metres(lons, lats)
    margin_m = (KERNEL_WIDTHS + 1) * bandwidth_m
    low, high = points.min(axis=0) - margin_m, points.max(axis=0) + margin_m
    columns, rows = (math.ceil(one) for one in (high - low) / step_m)
    if columns * rows > PIXELS_MAX:
        raise ValueError(f"{columns} by {rows} pixels are more than {PIXELS_MAX}: larger steps")
    edges = [
        low[axis] + step_m * np.arange(count + 1) for axis, count in enumerate((columns, rows))
    ]
    counts, _, _ = np.histogram2d(points[:, 1], points[:, 0], (edges[1], edges[0]), weights=weights)
    smooth = gaussian_filter(counts, bandwidth_m / step_m, mode="constant", truncate=KERNEL_WIDTHS)
    (west, south), (east, north) = (
        plane.lonlat(edges[0][place], edges[1][place]) for place in (0, -1)
    )
    return Density(smooth / (step_m / 1000) ** 2, west, south, east, north, step_m)
