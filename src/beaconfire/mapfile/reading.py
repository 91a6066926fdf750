"""Reads GeoJSON, GeoPackage, zipped Shapefile and CSV within limits, by the file's own name.

GDAL guesses types and drops what it cannot read; so it reads only the two formats that need it.
"""

import csv
import gzip
import io
import json
import math
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import geopandas
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError
from pyproj import CRS

from beaconfire.mapfile.rows import (
    BadFile,
    BadRow,
    BadRows,
    MapFile,
    MapRow,
    refuse_other_separators,
)

FILE_BYTES_MAX: Final = 64 * 2**20
"""What the node takes in one request; 100,000 cells are about 30 MB."""
UNPACKED_BYTES_MAX: Final = 256 * 2**20
"""Of an archive: boundaries pack four to one, and a bomb a thousand to one."""
ROWS_MAX: Final = 250_000
FIELD_CHARACTERS_MAX: Final = 10_000
X_COLUMNS: Final = ("lon", "longitude", "x", "经度")
Y_COLUMNS: Final = ("lat", "latitude", "y", "纬度")
_WGS84: Final = "EPSG:4326"


def read_map_file(path: Path, *, crs: str | None = None, table: str | None = None) -> MapFile:
    """All rows; `crs` is whose coordinates they are, said by the caller, and wins over the file's.

    BadFile for what cannot be read, is too large, or names no coordinate system.
    """
    try:
        size = path.stat().st_size
    except OSError as error:
        raise BadFile("no_such_file", f"{path} cannot be read ({error.strerror})") from error
    if size > FILE_BYTES_MAX:
        raise BadFile("too_large", f"{path.name} has more than {FILE_BYTES_MAX >> 20} MiB")
    ending = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    match ending.lower():
        case ".geojson" | ".json" | ".geojson.gz" | ".json.gz":
            return _geojson(_text(path), crs)
        case ".csv" | ".csv.gz":
            return _csv(_text(path), crs)
        case ".gpkg" | ".zip":
            return _by_gdal(path, crs, table)
        case ".shp":
            raise BadFile("shapefile_alone", f"{path.name} is a part of a Shapefile: zip it with "
                          "its .dbf, .shx and .prj, and import the .zip")  # fmt: skip
        case _:
            raise BadFile(
                "unknown_format", f"{path.name}: .geojson, .gpkg, .zip (Shapefile) or .csv"
            )


def _text(path: Path) -> str:
    try:
        if path.suffix != ".gz":
            return path.read_text("utf-8-sig")
        with gzip.open(path) as packed:
            content = packed.read(UNPACKED_BYTES_MAX + 1)
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error
    except (OSError, EOFError) as error:
        raise BadFile("unreadable", f"{path.name} is not what its name says") from error
    if len(content) > UNPACKED_BYTES_MAX:
        raise BadFile("too_large", f"{path.name} holds more than {UNPACKED_BYTES_MAX >> 20} MiB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_utf8(path) from error


def _not_utf8(path: Path) -> BadFile:
    return BadFile("unreadable", f"{path.name} is not UTF-8: save it as such")


def _geojson(text: str, crs: str | None) -> MapFile:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadFile("unreadable", f"this is not JSON: {str(error)[:80]}") from error
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or told.get("type") != "FeatureCollection":
        raise BadFile("no_feature_collection", "a GeoJSON FeatureCollection is wanted")
    if "crs" in told and crs is None and not _says_wgs84(told["crs"]):
        raise BadFile("unnamed_crs", "its `crs` is not WGS 84 (RFC 7946): name it with --crs")
    _count(len(features))
    wrong = [
        BadRow(row, "no_feature", why)
        for row, one in enumerate(features, 1)
        if (why := _no_feature(one)) is not None
    ]
    if wrong:
        raise BadRows(wrong)
    rows = [MapRow(one["properties"] or {}, _plain_geometry(one["geometry"])) for one in features]
    return MapFile(rows, crs or _WGS84)


def _plain_geometry(told: dict[str, Any] | None) -> dict[str, Any] | None:
    """A geometry without what else it may carry, such as a `bbox`."""
    return None if told is None else {"type": told["type"], "coordinates": told.get("coordinates")}


def _says_wgs84(told: Any) -> bool:
    return any(one in json.dumps(told) for one in ("CRS84", "EPSG::4326", "EPSG:4326"))


def _no_feature(one: Any) -> str | None:
    """Why this is no feature that could be an area; None when it is one."""
    if not isinstance(one, dict) or one.get("type") != "Feature":
        return "is no Feature"
    properties, geometry = one.get("properties"), one.get("geometry")
    if "properties" not in one or not isinstance(properties, dict | None):
        return "its properties are no object"
    if geometry is None and "geometry" in one:
        return None
    if not isinstance(geometry, dict) or not isinstance(geometry.get("type"), str):
        return "its geometry is none"
    return None if _is_finite(geometry.get("coordinates")) else "a position holds finite numbers"


def _is_finite(coordinates: Any) -> bool:
    """Whether no number of a nest is NaN or infinite; JSON of others may say so."""
    waiting = [coordinates]
    while waiting:
        one = waiting.pop()
        if isinstance(one, list):
            waiting.extend(one)
        elif isinstance(one, float) and not math.isfinite(one):
            return False
    return True


def _csv(text: str, crs: str | None) -> MapFile:
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        refuse_other_separators(reader.fieldnames or ())
        columns = {str(one).strip().lower(): one for one in reader.fieldnames or ()}
        told = list(reader)
    except csv.Error as error:
        raise BadFile("unreadable", f"line {reader.line_num}: {error}") from error
    _count(len(told))
    x = next((columns[one] for one in X_COLUMNS if one in columns), None)
    y = next((columns[one] for one in Y_COLUMNS if one in columns), None)
    if x is None or y is None:
        wrong = list(_uneven(told))
        rows = [MapRow(one, None) for one in told]
    else:
        if crs is None:
            raise BadFile("unnamed_crs", "a CSV names no coordinate system: name it with --crs")
        wrong = [*_uneven(told), *_no_numbers(told, x, y)]
        rows = [MapRow(one, None if wrong else _point(one, x, y)) for one in told]
    if wrong:
        raise BadRows(sorted(wrong, key=lambda one: one.row))
    return MapFile(rows, crs)


def _uneven(told: list[dict[Any, Any]]) -> Iterator[BadRow]:
    for row, one in enumerate(told, 1):
        if None in one or None in one.values():
            yield BadRow(row, "uneven_row", "has not as many fields as the first line")


def _no_numbers(told: list[dict[Any, Any]], x: str, y: str) -> Iterator[BadRow]:
    for row, one in enumerate(told, 1):
        try:
            is_finite = math.isfinite(float(one[x])) and math.isfinite(float(one[y]))
        except (TypeError, ValueError):
            is_finite = False
        if not is_finite:
            yield BadRow(row, "no_position", f"{str(one[x])[:20]}, {str(one[y])[:20]}: no numbers")


def _point(one: dict[str, str], x: str, y: str) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [float(one[x]), float(one[y])]}


def _by_gdal(path: Path, crs: str | None, table: str | None) -> MapFile:
    if path.suffix.lower() == ".zip":
        _check_archive(path)
    try:
        layer = _table(path, table)
        _count(int(pyogrio.read_info(path, layer=layer, force_feature_count=True)["features"]))
        frame = geopandas.read_file(path, layer=layer, engine="pyogrio")
    except (DataSourceError, DataLayerError, ValueError, UnicodeDecodeError) as error:
        raise BadFile("unreadable", f"{path.name} cannot be read: {str(error)[:80]}") from error
    return _of_frame(frame, crs)


def _table(path: Path, table: str | None) -> str:
    """The one table of a file, or the one that is named."""
    tables = [str(name) for name, _ in pyogrio.list_layers(path)]
    if table is None and len(tables) == 1:
        return tables[0]
    if table not in tables:
        said = "name one with --table" if table is None else f"it has no table {table[:60]}"
        raise BadFile("which_table", f"{said}: {', '.join(tables)[:200]}")
    return table


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise BadFile("unreadable", f"{path.name} is no archive") from error
    if sum(one.file_size for one in parts) > UNPACKED_BYTES_MAX:
        raise BadFile("too_large", f"{path.name} holds more than {UNPACKED_BYTES_MAX >> 20} MiB")
    if not any(one.filename.lower().endswith(".shp") for one in parts):
        raise BadFile("no_shapefile", f"{path.name} holds no .shp")


def _of_frame(frame: Any, crs: str | None) -> MapFile:
    """Rows of a GeoDataFrame, or of a plain one where a table has no shapes."""
    if not isinstance(frame, geopandas.GeoDataFrame):
        return MapFile([MapRow(_plain(one), None) for one in frame.to_dict("records")], crs)
    named = crs or _name_of(frame.crs)
    if named is None:
        raise BadFile("unnamed_crs", "it names no coordinate system that is known: use --crs")
    shapes = list(frame.geometry)
    wrong = [
        BadRow(row, "bad_area", "a position holds finite numbers")
        for row, one in enumerate(shapes, 1)
        if one is not None and not _is_finite(shapely.get_coordinates(one).ravel().tolist())
    ]
    if wrong:
        raise BadRows(wrong)
    values = frame.drop(columns=frame.geometry.name).to_dict("records")
    rows = [MapRow(_plain(v), _shape(one)) for v, one in zip(values, shapes, strict=True)]
    return MapFile(rows, named)


def _shape(geometry: Any) -> dict[str, Any] | None:
    if geometry is None or geometry.is_empty:
        return None
    return json.loads(shapely.to_geojson(shapely.force_2d(geometry)))


def _name_of(crs: CRS | None) -> str | None:
    number = None if crs is None else crs.to_epsg()
    return None if number is None else f"EPSG:{number}"


def _plain(values: dict[Any, Any]) -> dict[str, Any]:
    """Values by column; what a table marks as missing is None, and a whole number has no point."""
    plain: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, float) and (math.isnan(value) or value.is_integer()):
            plain[str(key)] = None if math.isnan(value) else int(value)
        else:
            plain[str(key)] = value
    return plain


def _count(rows: int) -> None:
    if rows == 0:
        raise BadFile("empty_layer", "there is not one row in it")
    if rows > ROWS_MAX:
        raise BadFile("too_large", f"more than {ROWS_MAX} rows")
