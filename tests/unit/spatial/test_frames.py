"""Tables in and out: in any named system, aligned with what came in, which stays as it was."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from beaconfire_spatial.coverage import DemandCell, Stand, coverage
from beaconfire_spatial.frames import (
    WGS84,
    counted,
    covered,
    isochrones_frame,
    with_hotspots,
)
from beaconfire_spatial.geometry import LonLat
from beaconfire_spatial.isochrones import isochrones
from beaconfire_spatial.reach import Reach
from beaconfire_testkit.roads import grid_of_roads

NZTM = "EPSG:2193"
ROADS = grid_of_roads(10)
REACH = Reach(ROADS)
SIDE = 9
WEST, SOUTH, STEP = 174.7003, -36.8996, 0.002
"""Not on the streets: of two junctions equally near, rounding would choose."""


def cells() -> gpd.GeoDataFrame:
    rows, columns = np.divmod(np.arange(SIDE * SIDE), SIDE)
    west, south = WEST + STEP * columns, SOUTH + STEP * rows
    return gpd.GeoDataFrame(
        {
            "code": [f"c{n:02}" for n in range(SIDE * SIDE)],
            "area_code": np.where(rows < 4, "south", "north"),
            "calls": rows + columns,
        },
        geometry=shapely.box(west, south, west + STEP, south + STEP),
        crs=WGS84,
        index=np.arange(SIDE * SIDE) + 100,
    )


def stands(count: int = 2) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"name": ["A1", "A2"][:count], "capabilities": [["als"], None][:count]},
        geometry=gpd.points_from_xy([174.701, 174.715][:count], [-36.899, -36.885][:count]),
        crs=WGS84,
    )


def test_isochrones_come_as_rows_the_longest_first() -> None:
    found = isochrones_frame(REACH, ROADS.point(0), [60, 180], mode="regular")

    bare = isochrones(REACH, ROADS.point(0), [60, 180], mode="regular")
    assert found.within_s.tolist() == [180, 60]
    assert found.geometry.tolist() == [bare[1].shape, bare[0].shape]


def test_the_system_of_a_frame_changes_nothing_and_its_index_stays() -> None:
    degrees = cells()
    before = degrees.copy()

    one, figures = covered(REACH, stands(), degrees, within_s=130, mode="lights", weight="calls")
    other, same = covered(
        REACH,
        stands().to_crs(NZTM),
        degrees.to_crs(NZTM),
        within_s=130,
        mode="lights",
        weight="calls",
    )

    assert one.index.tolist() == degrees.index.tolist() == other.index.tolist()
    assert one["first"].fillna("").tolist() == other["first"].fillna("").tolist()
    assert figures[0].share == pytest.approx(same[0].share)
    assert degrees.equals(before)


def test_who_covers_is_what_the_plain_question_gives() -> None:
    found, figures = covered(REACH, stands(), cells(), within_s=130, mode="lights", weight="calls")

    units = [
        Stand("A1", LonLat(174.701, -36.899), frozenset({"als"})),
        Stand("A2", LonLat(174.715, -36.885)),
    ]
    demand = [
        DemandCell(row["code"], row["area_code"], row["calls"])
        for row in cells().to_dict("records")
    ]
    middles = [LonLat(one.x, one.y) for one in cells().geometry.map(lambda shape: shape.centroid)]
    seconds = REACH.matrix([one.at for one in units], middles, within_s=130, mode="lights")
    plain = coverage(seconds, stands=units, cells=demand, within_s=130)
    assert [one.capability for one in figures] == ["*", "als"]
    assert [one.share for one in figures] == pytest.approx([one.share for one in plain])
    assert 0 < figures[1].share < figures[0].share < 1
    missed = {code for area in figures[0].areas for code in area.uncovered}
    assert set(found.code[found["first"].isna()]) == missed == set(found.code[found.seconds > 130])


def test_without_any_unit_every_cell_is_uncovered() -> None:
    found, (figures,) = covered(REACH, stands(0), cells(), within_s=130, mode="lights")

    assert found["first"].isna().tolist() == [True] * SIDE**2
    assert figures.share == 0


def test_each_point_is_counted_in_the_cell_of_the_lowest_code_and_once() -> None:
    chance = np.random.default_rng(4)
    lons = np.append(chance.uniform(WEST - STEP, WEST + 10 * STEP, 500), WEST + STEP)
    lats = np.append(chance.uniform(SOUTH - STEP, SOUTH + 10 * STEP, 500), SOUTH + STEP)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lons, lats), crs=WGS84)

    found = counted(cells(), points)

    inside = (lons >= WEST) & (lons <= WEST + SIDE * STEP)
    inside &= (lats >= SOUTH) & (lats <= SOUTH + SIDE * STEP)
    assert found.calls.sum() == inside.sum()
    column = ((lons[:-1] - WEST) // STEP == 0) & ((lats[:-1] - SOUTH) // STEP == 0)
    assert found.calls.iloc[0] == column.sum() + 1, "and the corner that four cells share"


def test_hotspots_stand_beside_the_values_they_are_of() -> None:
    values = cells()
    values["calls"] = 1
    values.loc[[100, 101, 109, 110], "calls"] = [30, 28, 31, 29]

    found = with_hotspots(values, "calls", distance_m=300)

    hot = set(found.index[found.verdict == 1])
    assert {100, 101, 109, 110} <= hot <= {100, 101, 102, 109, 110, 111, 118, 119, 120}


def test_a_frame_that_does_not_name_its_system_is_refused() -> None:
    with pytest.raises(ValueError, match="names no coordinate system"):
        counted(gpd.GeoDataFrame({"code": ["c1"]}, geometry=[shapely.box(0, 0, 1, 1)]), stands())
