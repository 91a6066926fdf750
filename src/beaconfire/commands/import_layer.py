"""`beaconfire import layer`: divisions, cells, stations, key places… from a file of a map."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from beaconfire.commands.import_told import followed, previewed, refusals_told, released
from beaconfire.commands.map_import import IMPORTS, sent_and_checked
from beaconfire.commands.on_api import ORIGIN_DEFAULT, Data, Origin, Sender, Url, on_api
from beaconfire.mapfile.columns import OUTLINE_DEG, OUTLINE_M, Columns, features_of
from beaconfire.mapfile.reading import FILE_BYTES_MAX, X_COLUMNS, Y_COLUMNS, read_map_file
from beaconfire.mapfile.rows import BadFile, MapFile
from beaconfire.simulation.api import Api, Refused
from beaconfire_geo.domain.stations import STATION
from beaconfire_spatial.coordinates import UnknownSystem, coordinate_system

SCOPES: Final = ("layer.read", "layer.release")
NO_SHAPES: Final = "EPSG:4326"
"""Where a file has no shapes there is nothing to convert."""
NEEDED: Final = f"{X_COLUMNS[0]} and {Y_COLUMNS[0]}"


def layer(
    file: Annotated[Path, typer.Argument(help=".geojson, .gpkg, .zip (Shapefile), .csv; .gz too.")],
    *,
    kind: Annotated[str, typer.Option(help="division, cell, response_area, station or key_place.")],
    crs: Annotated[
        str | None, typer.Option(help="WGS84, CGCS2000, GCJ-02, BD-09 or EPSG:number.")
    ] = None,
    columns: Annotated[
        Path | None, typer.Option(help="A TOML file that says which column is what.")
    ] = None,
    level: Annotated[str | None, typer.Option(help="The level of all rows.")] = None,
    body: Annotated[
        str | None, typer.Option(help="Whose all stations are whose row names no body.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Which table of a file of several.")] = None,
    into: Annotated[
        str | None, typer.Option(help="The layer; the kind's usual one if left out.")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only tell what would change.")
    ] = False,
    origin: Origin = ORIGIN_DEFAULT,
    sign_in: Sender = "admin",
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Release the areas of a file as a new version of a layer; all rows or none.

    They take the place of those levels that stand in the file; the rest of the layer stays.
    A station's row names in `body` the code of the body whose it is; dispatch's stations follow.
    """
    with refusals_told():
        named = _of_kind(Columns.load(columns, level, body), kind)
        found = read_map_file(file, crs=crs, table=table)
        if found.crs is None:
            said = f"{file.name} has no shapes: no columns {NEEDED}, nor 经度 and 纬度"
            typer.echo(said, err=True)
        collection = _collection(found, kind, named)

    async def work(api: Api) -> list[str]:
        name = into or await _usual_layer(api, kind)
        told = await sent_and_checked(api, name, collection)
        if preview:
            return previewed(told["preview"])
        lines = released(await api.post(f"{IMPORTS}/{told['id']}/release", None))
        return [*lines, *await _without_cells(api, name), *followed(told["preview"])]

    with refusals_told():
        told = on_api(
            work, origin=origin, sign_in=sign_in, scopes=SCOPES, data=data,
            database_url=database_url,
        )  # fmt: skip
    for line in told:
        typer.echo(line)


def _of_kind(columns: Columns, kind: str) -> Columns:
    """Whose a row is, is asked of stations alone: BadFile where it is said of others."""
    if kind == STATION:
        return columns
    if columns.of_body is not None:
        raise BadFile("bad_columns", f"--body says whose stations are, and nothing of a {kind}")
    return replace(columns, body=None)


def _collection(found: MapFile, kind: str, columns: Columns) -> dict[str, Any]:
    try:
        system = coordinate_system(found.crs or NO_SHAPES)
    except UnknownSystem as error:
        raise BadFile("unknown_crs", str(error)) from error
    outline = OUTLINE_DEG if system.is_degrees else OUTLINE_M
    features = features_of(found.rows, columns, outline=outline)
    body = {
        "type": "FeatureCollection",
        "crs": system.name,
        "kind": kind,
        "features": features,
    }
    if len(json.dumps(body, ensure_ascii=False).encode()) > FILE_BYTES_MAX:
        raise BadFile("too_large", f"as GeoJSON it has more than {FILE_BYTES_MAX >> 20} MiB")
    return body


async def _without_cells(api: Api, name: str) -> list[str]:
    """What a grid lacks in which no incident finds its place."""
    place = (await api.get("/v1/levels"))["placed_in"]
    if place["layer"] != name or place["cells"]:
        return []
    lacks = f"but no incident finds its place in it: it has no area of the level {place['level']}"
    return [
        lacks,
        "import those, or start the node with BEACONFIRE_GEO_CELL_LEVEL at its finest level",
    ]


async def _usual_layer(api: Api, kind: str) -> str:
    told = await api.get("/v1/levels")
    usual = {one["code"]: one["layer"] for one in told["kinds"]}
    if kind not in usual:
        raise Refused(422, "unknown_kind", f"{kind} is no kind: {', '.join(usual)}")
    return usual[kind]
