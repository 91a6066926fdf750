"""Stations of a released layer are registered with dispatch, where their file names whose they are.

A station that is there already stays as it is, and none is ever taken away: units belong to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from beaconfire.mapfile.columns import Columns, text_of
from beaconfire.mapfile.rows import BadRow, BadRows, MapRow
from beaconfire.simulation.api import Api, Refused, all_items

STATION: Final = "station"
SCOPES: Final = ("body.read", "station.read", "station.write")
TOLD_MAX: Final = 100
"""Stations that could not be registered, each with its reason."""


@dataclass(frozen=True, slots=True)
class Owned:
    """A row whose station is to be registered: its number from 1, its code, its body's code."""

    row: int
    code: str
    body: str


def owned(rows: Sequence[MapRow], columns: Columns) -> list[Owned]:
    """The rows that name a body."""
    found: list[Owned] = []
    for number, one in enumerate(rows, 1):
        code = text_of(one.values, columns.code)
        body = None if columns.body is None else text_of(one.values, columns.body)
        if code is not None and body is not None:
            found.append(Owned(number, columns.code_prefix + code, body))
    return found


async def bodies_of(api: Api, wanted: Sequence[Owned]) -> Mapping[str, dict[str, Any]]:
    """The bodies by code; BadRows for those that there are not, before anything is imported."""
    if not wanted:
        return {}
    found = {one["code"]: one for one in await all_items(api, "/v1/bodies")}
    wrong = [
        BadRow(one.row, "unknown_body", f"{one.body} is no body's code")
        for one in wanted
        if one.body not in found
    ]
    if wrong:
        raise BadRows(wrong)
    return found


async def registered(
    api: Api, layer: str, wanted: Sequence[Owned], bodies: Mapping[str, dict[str, Any]]
) -> list[str]:
    """Register them where the released layer has them; a line for all, and one for each refused."""
    if not wanted:
        return []
    known = {one["code"] for one in (await api.get("/v1/stations"))["items"]}
    areas = await all_items(api, f"/v1/layers/{layer}", level=STATION)
    by_code = {one["code"]: one for one in areas}
    added, refused = 0, list[str]()
    for one in wanted:
        area = by_code.get(one.code)
        if area is None or area["geometry"] is None:
            continue
        try:
            await api.post("/v1/stations", _station(area, bodies[one.body]))
        except Refused as error:
            refused.append(f"station {one.code}: not registered ({error.code})")
        else:
            added += one.code not in known
    there = len(wanted) - added - len(refused)
    return [f"stations registered: {added}, there already: {there}", *refused[:TOLD_MAX]]


def _station(area: Mapping[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    lon, lat = area["geometry"]["coordinates"]
    return {
        "code": area["code"], "name_zh": area["name_zh"], "name_en": area["name_en"],
        "body": body["id"], "point": {"lon": lon, "lat": lat}, "division": body["division"],
    }  # fmt: skip
