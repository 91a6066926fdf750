"""Map files as people hand them over: the same rows from each format, and no guess about any."""

import gzip
import json
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any, Final

import geopandas
import pytest
import shapely

from beaconfire.mapfile.columns import Columns, features_of
from beaconfire.mapfile.reading import (
    FILE_BYTES_MAX,
    UNPACKED_BYTES_MAX,
    read_map_file,
)
from beaconfire.mapfile.rows import BadFile, BadRows
from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.adapters.layer_file import Reading, areas_of
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.entrypoints.layer_schemas import FeatureIn

DATA: Final = Path(__file__).parent / "data"
SHAPES: Final[dict[str, str]] = json.loads(
    gzip.decompress((DATA / "problem_shapes.json.gz").read_bytes())
)
BOX: Final = shapely.box(174.7, -36.9, 174.71, -36.89)


def frame(crs: str | None = "EPSG:4326", shape: Any = BOX) -> geopandas.GeoDataFrame:
    """Two cells, as another program holds them."""
    columns = {"code": ["c1", "c2"], "number": [1.0, None]}
    return geopandas.GeoDataFrame(columns, geometry=[shape, shape], crs=crs)


def shapefile(folder: Path, made: geopandas.GeoDataFrame) -> Path:
    """A zipped shapefile of it."""
    made.to_file(folder / "cells.shp", engine="pyogrio")
    packed = folder / "cells.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for part in folder.glob("cells.*"):
            if part != packed:
                archive.write(part, part.name)
    return packed


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:4490", "EPSG:2193"])
def test_a_geopackage_and_a_shapefile_hold_the_same_and_name_their_system(
    tmp_path: Path, crs: str
) -> None:
    made = frame().to_crs(crs)
    made.to_file(tmp_path / "cells.gpkg", engine="pyogrio")

    package = read_map_file(tmp_path / "cells.gpkg")
    shapes = read_map_file(shapefile(tmp_path, made))

    assert (package.crs, shapes.crs) == (crs, crs)
    assert [one.values for one in package.rows] == [one.values for one in shapes.rows]
    assert package.rows[0].values == {"code": "c1", "number": 1}
    assert package.rows[1].values == {"code": "c2", "number": None}
    held = shapely.from_geojson(json.dumps(package.rows[0].geometry))
    assert shapely.equals_exact(shapely.normalize(held), shapely.normalize(made.geometry[0]), 1e-6)


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_what_the_caller_names_wins_and_what_nobody_names_is_refused(tmp_path: Path) -> None:
    unnamed = shapefile(tmp_path, frame(crs=None))

    assert read_map_file(unnamed, crs="GCJ-02").crs == "GCJ-02"
    with pytest.raises(BadFile) as refused:
        read_map_file(unnamed)
    assert refused.value.code == "unnamed_crs"


def test_geojson_is_wgs84_unless_another_is_named(tmp_path: Path) -> None:
    file = tmp_path / "cells.geojson"
    body = {"type": "FeatureCollection", "features": json.loads(frame().to_json())["features"]}
    file.write_text(json.dumps(body), "utf-8")
    old = tmp_path / "old.geojson"
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::2193"}}
    old.write_text(json.dumps(body | {"crs": named}), "utf-8")

    assert read_map_file(file).crs == "EPSG:4326"
    assert read_map_file(file, crs="BD-09").crs == "BD-09"
    assert read_map_file(old, crs="EPSG:2193").crs == "EPSG:2193"
    with pytest.raises(BadFile, match="unnamed_crs"):
        read_map_file(old)


def test_a_csv_keeps_its_codes_as_text_and_has_points_only_in_a_named_system(
    tmp_path: Path,
) -> None:
    file = tmp_path / "stations.csv"
    file.write_text("\ufeffcode,name,Lon,Lat\n007,一站,116.4,39.9\n", "utf-8")

    [row] = read_map_file(file, crs="CGCS2000").rows

    assert row.values["code"] == "007"
    assert row.geometry == {"type": "Point", "coordinates": [116.4, 39.9]}
    with pytest.raises(BadFile, match="unnamed_crs"):
        read_map_file(file)


def test_a_list_without_places_needs_no_system() -> None:
    found = read_map_file(DATA / "streets.csv.gz")

    assert (len(found.rows), found.crs) == (41_352, None)


def test_every_wrong_line_of_a_csv_is_named(tmp_path: Path) -> None:
    file = tmp_path / "stations.csv"
    lines = ["code,lon,lat", "a,1,2", "b,,2", "c,x,2", "d,nan,2", "e,1", "f,1,2,3", "g,1e400,2"]
    file.write_text("\n".join(lines), "utf-8")

    with pytest.raises(BadRows) as refused:
        read_map_file(file, crs="EPSG:4326")

    assert sorted({one.row for one in refused.value.rows}) == [2, 3, 4, 5, 6, 7]


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_a_number_that_is_none_is_named_by_its_row(tmp_path: Path) -> None:
    body = json.dumps({"type": "FeatureCollection", "features": json.loads(frame().to_json())[
        "features"]}).replace("174.71", "NaN", 1)  # fmt: skip
    file = tmp_path / "cells.geojson"
    file.write_text(body, "utf-8")
    broken = frame(shape=shapely.LineString([(1, 1), (2, float("nan")), (3, 3)]))
    broken.to_file(tmp_path / "cells.gpkg", engine="pyogrio")

    for one in (file, tmp_path / "cells.gpkg"):
        with pytest.raises(BadRows, match="cannot be taken in") as refused:
            read_map_file(one)
        assert refused.value.rows[0].row == 1


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.txt", b"", "unknown_format"), ("a.json", b"\xff\xfe", "unreadable"),
        ("a.json", b"{", "unreadable"), ("a.json", b"[" * 100_000, "unreadable"),
        ("a.json", b'{"type": "FeatureCollection", "features": []}', "empty_layer"),
        ("a.csv", b"code,level\n", "empty_layer"), ("a.csv", b"", "empty_layer"),
        ("a.csv", b'code\n"a', "unreadable"), ("a.gpkg", b"SQLite format 3\x00", "unreadable"),
        ("a.zip", b"PK", "unreadable"), ("a.csv.gz", b"code\n", "unreadable"),
        ("a.csv", b"code\n" + b"x" * 20_000, "unreadable"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_a_code(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadFile) as refused:
        read_map_file(tmp_path / name)

    assert refused.value.code == code


def test_a_file_that_is_not_there_and_an_empty_table_are_told(tmp_path: Path) -> None:
    frame()[:0].to_file(tmp_path / "none.gpkg", engine="pyogrio")
    frame().to_file(tmp_path / "two.gpkg", layer="one", engine="pyogrio")
    frame().to_file(tmp_path / "two.gpkg", layer="other", engine="pyogrio")
    codes: list[str] = []
    for name in ("lost.csv", "none.gpkg", "two.gpkg"):
        with pytest.raises(BadFile) as refused:
            read_map_file(tmp_path / name)
        codes.append(refused.value.code)

    assert codes == ["no_such_file", "empty_layer", "which_table"]
    assert len(read_map_file(tmp_path / "two.gpkg", table="other").rows) == 2


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    zeros = b"0" * 2**20
    with gzip.open(tmp_path / "bomb.csv.gz", "wb", compresslevel=1) as packed:
        for _ in range((UNPACKED_BYTES_MAX >> 20) + 1):
            packed.write(zeros)
    with (
        zipfile.ZipFile(
            tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as archive,
        archive.open("cells.shp", "w") as part,
    ):
        for _ in range((UNPACKED_BYTES_MAX >> 20) + 1):
            part.write(zeros)
    with (tmp_path / "large.gpkg").open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)

    for name in ("bomb.csv.gz", "bomb.zip", "large.gpkg"):
        tracemalloc.start()
        with pytest.raises(BadFile, match="too_large"):
            read_map_file(tmp_path / name)
        held = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert held <= 2 * UNPACKED_BYTES_MAX + 2**20


def taken_in(file: Path) -> int:
    """How many areas a file of strange shapes makes, each coded by its row; or its refusal."""
    found = read_map_file(file)
    for number, one in enumerate(found.rows):
        one.values["code"] = f"c{number}"
    features = features_of(found.rows, Columns(level="response_area"))
    sent = [FeatureIn.model_validate(one) for one in features]
    return len(areas_of(sent, Reading.of(found.crs or "EPSG:4326", load_levels(), None)))


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_shapes_that_are_hard_to_read_are_areas_or_refused_and_never_break_it(
    tmp_path: Path, name: str
) -> None:
    file = tmp_path / "shape.geojson"
    told = json.loads(SHAPES[name])
    if name.rpartition("/")[2].startswith(("invalid_geometry", "valid_geometry")):
        told = {"type": "Feature", "properties": {}, "geometry": told}
    if told.get("type") == "Feature":
        told = {"type": "FeatureCollection", "features": [told]}
    file.write_text(json.dumps(told), "utf-8")

    try:
        verdict: int | str = taken_in(file)
    except BadFile as refused:
        verdict = refused.code
    except Invalid as refused:
        verdict = refused.code

    assert verdict == VERDICTS.get(name, verdict), name
    if name.startswith("invalid_structure/"):
        assert isinstance(verdict, str), name


VERDICTS: Final = {
    "invalid_geometries/invalid_exterior_not_ccw.geojson": 1,
    "invalid_geometries/invalid_interior_not_cw.geojson": 1,
    "invalid_geometries/invalid_unclosed.geojson": "bad_area",
    "invalid_geometries/invalid_less_three_unique_nodes.geojson": "bad_area",
    "problematic_geometries/problematic_3d_coordinates.geojson": 1,
    "problematic_geometries/problematic_crosses_antimeridian.geojson": "bad_area",
    "problematic_geometries/problematic_excessive_coordinate_precision.geojson": 1,
    "problematic_geometries/problematic_holes.geojson": 1,
    "problematic_geometries/problematic_outside_lat_lon_boundaries.geojson": "bad_area",
    "problematic_geometries/problematic_self_intersection_large.geojson": "bad_area",
    "problematic_geometries/problematic_self_intersection_small.geojson": "bad_area",
    "problematic_geometries/problematic_feature_null_geometry.geojson": "bad_area",
    "problematic_geometries/problematic_excessive_vertices.geojson": 1,
    "valid/valid_featurecollection.geojson": 1,
    "valid/valid_geometry_polygon.geojson": 1,
    "valid/valid_geometry_multipolygon.geojson": 1,
    "valid/valid_featurecollection_empty_features.geojson": "empty_layer",
}
"""What is not refused by its structure alone. Rings may turn either way: they are turned right."""


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"code;lon;lat\nS1;-43,2;-22,9\n", "other_separator"),
        ("a.csv", b"code\tlon\tlat\nS1\t1\t2\n", "other_separator"),
        ("a.csv", "code,名称\nS1,东华门\n".encode("gbk"), "not UTF-8: save it as such"),
        ("a.shp", b"", "zip it with its .dbf, .shx and .prj"),
    ],
)
def test_what_offices_hand_over_by_mistake_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(BadFile) as refused:
        read_map_file(tmp_path / name, crs="WGS84")

    assert code in str(refused.value)


def test_longitude_and_latitude_may_be_named_in_chinese(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,经度,纬度\nS1,116.4,39.9\n", "utf-8")

    [one] = read_map_file(tmp_path / "a.csv", crs="WGS84").rows

    assert one.geometry == {"type": "Point", "coordinates": [116.4, 39.9]}
