"""What each station is worth to each piece of a city: on it standby places and move-ups rest."""

from typing import Final

import numpy as np

from beaconfire.city.closest import nearest_entries
from beaconfire.city.folder import City
from beaconfire.city.trips import CityRoads
from beaconfire_dispatch.domain.engine.pricing import WEIGHT
from beaconfire_dispatch.domain.engine.standby import CoverCurve, curve

CELLS_MAX: Final = 2_000
"""More demand cells than this are gathered into larger ones: a place is chosen at every turn."""


def cover_curves(city: City, roads: CityRoads, cells_max: int = CELLS_MAX) -> CoverCurve:
    """What each station is worth to each cell, over the priorities by how often they call."""
    told = city.parameters
    nodes = nearest_entries(city, city.cells[:, :2])
    price = np.zeros((len(city.stations), len(nodes)))
    for priority in told.target_s:
        share = told.share.get(priority, 0.0)
        mode = told.mode[priority]
        spots = [roads.leaving(one, mode) for one in city.stations]
        starts = np.array([one.node for one in spots])
        off_road_s = np.array([one.seconds for one in spots])[:, None]
        seconds = off_road_s + roads.tables[mode].seconds(starts, nodes)
        price += share * WEIGHT[priority] * curve(seconds, told.cover_s[priority])
    return gathered(CoverCurve(price, city.cells[:, 2]), city.cells[:, :2], cells_max)


def gathered(curves: CoverCurve, places: np.ndarray, cells_max: int) -> CoverCurve:
    """Cells joined in ever larger squares until they are few: each with its cells' mean price."""
    group = np.arange(len(places))
    low, extent = places.min(axis=0), float(np.ptp(places, axis=0).max()) or 1.0
    side = cells_max
    while group.max() >= cells_max:
        square = ((places - low) / extent * side).astype(np.int64)
        group = np.unique(square @ np.array([2 * side, 1]), return_inverse=True)[1].reshape(-1)
        side = side * 4 // 5
    rate = np.bincount(group, weights=curves.rate)
    price = np.array([np.bincount(group, weights=row * curves.rate) for row in curves.price])
    called = rate > 0
    return CoverCurve(price[:, called] / rate[called], rate[called])
