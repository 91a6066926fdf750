"""GeoDataFrames in and out, for notebooks: the questions of this package asked of tables.

The only module here that knows geopandas; no service imports it. A frame's coordinate system must
be named, and what comes out is in WGS 84 degrees. The tables that come in are never changed.
"""

from collections.abc import Sequence
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from beaconfire_spatial.area_index import AreaIndex
from beaconfire_spatial.coverage import Coverage, DemandCell, Stand, coverage
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.hotspots import hotspots, neighbours_within
from beaconfire_spatial.isochrones import isochrones
from beaconfire_spatial.reach import Reach
from beaconfire_spatial.road_network import Mode

WGS84: Final = "EPSG:4326"


def isochrones_frame(
    reach: Reach, source: LonLat, within_s: Sequence[float], *, mode: Mode
) -> gpd.GeoDataFrame:
    """One row a time, the longest first, so that shorter ones are drawn on top.

    >>> from beaconfire_testkit.roads import grid_of_roads
    >>> roads = grid_of_roads(8)
    >>> frame = isochrones_frame(Reach(roads), roads.point(0), [120, 240], mode="lights")
    >>> frame.within_s.tolist(), frame.crs.to_string()
    ([240, 120], 'EPSG:4326')
    """
    found = isochrones(reach, source, within_s, mode=mode)[::-1]
    columns = {
        "within_s": [one.within_s for one in found],
        "area_km2": [one.area_km2 for one in found],
    }
    return gpd.GeoDataFrame(columns, geometry=[one.shape for one in found], crs=WGS84)


def counted(cells: gpd.GeoDataFrame, points: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The cells (with a column `code`) with how many of the points lie in each, as `calls`.

    >>> cells = gpd.GeoDataFrame({"code": ["c1", "c2"]}, crs=WGS84,
    ...     geometry=[shapely.box(174.7, -36.9, 174.71, -36.89),
    ...               shapely.box(174.71, -36.9, 174.72, -36.89)])
    >>> calls = gpd.GeoDataFrame(geometry=gpd.points_from_xy([174.705, 174.7], [-36.895, -36.9]),
    ...     crs=WGS84)
    >>> counted(cells, calls).calls.tolist()
    [2, 0]
    """
    degrees, codes = _in_degrees(cells), cells["code"].tolist()
    at = shapely.get_coordinates(shapely.point_on_surface(_in_degrees(points).geometry.to_numpy()))
    found = AreaIndex(codes, list(degrees.geometry)).find_many(at[:, 0], at[:, 1])
    place = {code: row for row, code in enumerate(codes)}
    rows = [place[code] for code in found if code is not None]
    degrees["calls"] = np.bincount(rows, minlength=len(codes))
    return degrees


def covered(
    reach: Reach,
    stands: gpd.GeoDataFrame,
    cells: gpd.GeoDataFrame,
    *,
    within_s: float,
    mode: Mode,
    weight: str | None = None,
) -> tuple[gpd.GeoDataFrame, list[Coverage]]:
    """The cells with who reaches them `first`, in how many `seconds`; and the coverage in figures.

    Stands have a column `name`, and `capabilities` (a list a row) where they differ; cells `code`
    and `area_code`. Cells that nobody reaches have no first and infinite seconds.
    """
    degrees = _in_degrees(cells)
    units = [
        Stand(str(row["name"]), LonLat(*at), frozenset(row.get("capabilities") or ()))
        for row, at in zip(_rows(stands), _points(stands), strict=True)
    ]
    demand = [
        DemandCell(str(row["code"]), str(row["area_code"]), 1.0 if weight is None else row[weight])
        for row in _rows(cells)
    ]
    targets = [LonLat(*at) for at in _points(cells)]
    seconds = reach.matrix([one.at for one in units], targets, within_s=within_s, mode=mode)
    figures = coverage(seconds, stands=units, cells=demand, within_s=within_s)
    best = seconds.min(axis=0, initial=np.inf)
    by = np.argmin(seconds, axis=0) if units else np.zeros(len(demand), dtype=int)
    first = [units[row].name if np.isfinite(s) else None for row, s in zip(by, best, strict=True)]
    degrees["first"], degrees["seconds"] = first, best
    return degrees, figures


def with_hotspots(cells: gpd.GeoDataFrame, column: str, *, distance_m: float) -> gpd.GeoDataFrame:
    """The cells with `score`, `adjusted_p` and `verdict` of Gi* over the cells within a distance.

    >>> shapes = [shapely.box(x, -36.9, x + 0.002, -36.898) for x in 174.7 + 0.002 * np.arange(30)]
    >>> cells = gpd.GeoDataFrame({"calls": [9, 8, 9, *(9 * [1, 0, 1])]}, geometry=shapes, crs=WGS84)
    >>> found = with_hotspots(cells, "calls", distance_m=250)
    >>> found.index[found.verdict == 1].tolist()
    [0, 1, 2]
    """
    at = np.array(_points(cells))
    found = hotspots(cells[column].to_numpy(), neighbours_within(at[:, 0], at[:, 1], distance_m))
    degrees = _in_degrees(cells)
    degrees["score"], degrees["adjusted_p"] = found.score, found.adjusted_p
    degrees["verdict"] = found.verdict
    return degrees


def _in_degrees(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """ValueError where the coordinate system is not named: nobody guesses it (R65)."""
    if frame.crs is None:
        raise ValueError("the frame names no coordinate system: set_crs says which it is")
    return frame.to_crs(WGS84)


def _points(frame: gpd.GeoDataFrame) -> list[tuple[float, float]]:
    """A point within each shape, in degrees."""
    inside = shapely.point_on_surface(_in_degrees(frame).geometry.to_numpy())
    return [(lon, lat) for lon, lat in shapely.get_coordinates(inside).tolist()]


def _rows(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    return frame.drop(columns=frame.geometry.name).to_dict("records")
