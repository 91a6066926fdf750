"""`beaconfire import zones`: hazard zones and geofences, from a file of a map."""

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from beaconfire.commands.import_told import refusals_told
from beaconfire.commands.on_api import ORIGIN_DEFAULT, Data, Origin, Sender, Url, on_api
from beaconfire.mapfile.reading import read_map_file
from beaconfire.mapfile.rows import BadFile, MapRow
from beaconfire.simulation.api import Api
from beaconfire_contracts.vocabulary import ZoneKind, ZoneSeverity

SCOPES: Final = ("zone.declare", "zone.read")
_NUMBERS: Final = ("radius_m", "stand_off_m", "speed_share")
_MOMENTS: Final = ("starts_at", "ends_at")


def zones(
    file: Annotated[Path, typer.Argument(help=".geojson, .gpkg, .zip (Shapefile), .csv; .gz too.")],
    *,
    kind: Annotated[
        ZoneKind | None, typer.Option(help="What threatens, where no column `kind` says it.")
    ] = None,
    severity: Annotated[
        ZoneSeverity, typer.Option(help="How gravely, where no column `severity` says it.")
    ] = ZoneSeverity.SEVERE,
    crs: Annotated[
        str | None, typer.Option(help="WGS84, CGCS2000, GCJ-02, BD-09 or EPSG:number.")
    ] = None,
    table: Annotated[str | None, typer.Option(help="Which table of a file of several.")] = None,
    origin: Origin = ORIGIN_DEFAULT,
    sign_in: Sender = "dana",
    data: Data = None,
    database_url: Url = None,
) -> None:
    """Declare the zones of a file; all rows or none. A point needs a column `radius_m`.

    Further columns: name, note, stand_off_m, speed_share (0 closes roads), starts_at, ends_at.
    """
    with refusals_told():
        body = _body(file, kind, severity, crs, table)

    async def work(api: Api) -> list[str]:
        told = await api.post("/v1/zone-files", body)
        return [f"{one['id']} {one['kind']} {one['name']}: {one['state']}" for one in told["items"]]

    with refusals_told():
        told = on_api(
            work, origin=origin, sign_in=sign_in, scopes=SCOPES, data=data,
            database_url=database_url,
        )  # fmt: skip
    for line in told:
        typer.echo(line)


def _body(
    file: Path, kind: ZoneKind | None, severity: ZoneSeverity, crs: str | None, table: str | None
) -> dict[str, Any]:
    found = read_map_file(file, crs=crs, table=table)
    if found.crs is None:
        raise BadFile("no_shapes", f"{file.name} has no shapes")
    usual = {"kind": kind, "severity": severity}
    features = [_feature(row, one, usual) for row, one in enumerate(found.rows, 1)]
    return {"type": "FeatureCollection", "crs": found.crs, "features": features}


def _feature(row: int, one: MapRow, usual: dict[str, Any]) -> dict[str, Any]:
    """A row as the node takes it; what it cannot be the node says."""
    told: dict[str, Any] = {"name": str(one.values.get("name") or f"{row}")}
    for name, otherwise in usual.items():
        told[name] = one.values.get(name) or otherwise
    for name in (*_NUMBERS, *_MOMENTS, "note"):
        value = one.values.get(name)
        if value not in (None, ""):
            told[name] = _number(value) if name in _NUMBERS else str(value)
    return {"type": "Feature", "properties": told, "geometry": _single(one.geometry)}


def _number(value: Any) -> Any:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return value
    return 0 if number == 0 else number


def _single(geometry: dict[str, Any] | None) -> dict[str, Any] | None:
    """One part of many is that part: a Shapefile knows no plain polygon."""
    if geometry is not None and geometry["type"] == "MultiPolygon":
        parts = geometry["coordinates"]
        if len(parts) == 1:
            return {"type": "Polygon", "coordinates": parts[0]}
    return geometry
