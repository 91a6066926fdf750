"""`beaconfire import layer`: divisions, cells, stations, key places… from a file of a map."""

import json
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from beaconfire.commands.import_stations import SCOPES as STATION_SCOPES
from beaconfire.commands.import_stations import STATION, bodies_of, owned, registered
from beaconfire.commands.import_told import previewed, refusals_told, released
from beaconfire.commands.map_import import IMPORTS, sent_and_checked
from beaconfire.commands.on_api import ORIGIN_DEFAULT, Data, Origin, Sender, Url, on_api
from beaconfire.mapfile.columns import OUTLINE_DEG, OUTLINE_M, Columns, features_of
from beaconfire.mapfile.reading import FILE_BYTES_MAX, X_COLUMNS, Y_COLUMNS, read_map_file
from beaconfire.mapfile.rows import BadFile, MapFile
from beaconfire.simulation.api import Api, Refused
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
    Stations whose row names a `body` by its code are registered too; none is ever taken away.
    """
    with refusals_told():
        named = Columns.load(columns, level)
        found = read_map_file(file, crs=crs, table=table)
        if found.crs is None:
            said = f"{file.name} has no shapes: no columns {NEEDED}, nor 经度 and 纬度"
            typer.echo(said, err=True)
        body = _body(found, kind, named)
        wanted = owned(found.rows, named) if kind == STATION else []

    async def work(api: Api) -> list[str]:
        name = into or await _usual_layer(api, kind)
        bodies = await bodies_of(api, wanted)
        told = await sent_and_checked(api, name, body)
        if preview:
            return previewed(told["preview"])
        lines = released(await api.post(f"{IMPORTS}/{told['id']}/release", None))
        without = await _without_cells(api, name)
        return [*lines, *without, *await registered(api, name, wanted, bodies)]

    scopes = (*SCOPES, *STATION_SCOPES) if wanted else SCOPES
    with refusals_told():
        told = on_api(
            work, origin=origin, sign_in=sign_in, scopes=scopes, data=data,
            database_url=database_url,
        )  # fmt: skip
    for line in told:
        typer.echo(line)


def _body(found: MapFile, kind: str, columns: Columns) -> dict[str, Any]:
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
