"""`beaconfire import layer` on a running node, as its keeper uses it."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from beaconfire.cli import app
from beaconfire_testkit.grid import area
from beaconfire_testkit.node import PATIENCE_S


def run(city: Any, *arguments: str) -> Result:
    """The command, against the city's node."""
    where = ["--data", str(city.folder.folder), "--origin", city.node.origin]
    return CliRunner().invoke(app, ["import", "layer", *arguments, *where])


def test_zones_are_looked_at_then_released_and_a_wrong_row_is_named(
    city: Any, tmp_path: Path
) -> None:
    zones = [
        area("z1", "response_area", None, (174.70, -36.90, 174.75, -36.85)),
        area("z2", "response_area", None, (174.74, -36.90, 174.80, -36.85)),
    ]
    file = tmp_path / "zones.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": zones}), "utf-8")
    kind = ("--kind", "response_area")

    looked = run(city, str(file), *kind, "--preview")
    released = run(city, str(file), *kind)
    zones[1]["properties"]["code"] = "z1"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": zones}), "utf-8")
    refused = run(city, str(file), *kind)
    unknown = run(city, str(file), "--kind", "tile")

    assert "added: 2" in looked.stdout, looked.stderr
    assert "z1 and z2: " in looked.stdout
    assert released.stdout.startswith("response-areas: version "), released.stderr
    assert "row 2 (z1): z1 stands twice (double_code)" in refused.stderr
    assert refused.stderr.endswith("nothing was imported\n")
    assert (refused.exit_code, unknown.exit_code) == (2, 2)
    assert "tile is no kind" in unknown.stderr


def test_dispatchs_stations_follow_the_map_that_a_command_releases(
    city: Any, tmp_path: Path
) -> None:
    file = tmp_path / "stations.csv"
    head = "code,level,name_zh,name_en,body,lon,lat"
    first, second = (
        "NEW1,station,新一站,New one,akl-fire,174.76,-36.85",
        "NEW2,station,新二站,New two,,174.77,-36.86",
    )
    kind = ("--kind", "station", "--crs", "WGS84")

    file.write_text(f"{head}\n{first},\n", "utf-8")
    uneven = run(city, str(file), *kind)
    file.write_text(f"{head}\n{first.replace('akl-fire', 'lost')}\n{second}\n", "utf-8")
    wrong = run(city, str(file), *kind)
    file.write_text("\n".join((head, first, second)), "utf-8")
    looked = run(city, str(file), *kind, "--body", "akl-fire", "--preview")
    told = run(city, str(file), *kind, "--body", "akl-fire")
    made = followed(city, lambda found: {"NEW1", "NEW2"} <= set(found))
    file.write_text("\n".join((head, second.replace("174.77", "174.79"))), "utf-8")
    later = run(city, str(file), *kind, "--body", "akl-fire")
    moved = followed(city, lambda found: found["NEW1"]["retired_at"] is not None)

    assert uneven.exit_code == 2
    assert "row 1 (NEW1): lost is no body's code (unknown_body)" in wrong.stderr
    assert "row 2 (NEW2): NEW2 names no body whose it is (station_without_body)" in wrong.stderr
    assert "row 2: NEW2 of akl-fire (" in looked.stdout, looked.stderr
    assert "stations: 2 new, 0 changed, 0 as before, 0 no longer in it" in told.stdout, told.stderr
    assert "stations: 0 new, 1 changed, 0 as before, 1 no longer in it" in later.stdout
    assert made["NEW1"]["point"] == {"lon": 174.76, "lat": -36.85}
    assert (moved["NEW2"]["id"], moved["NEW2"]["point"]["lon"]) == (made["NEW2"]["id"], 174.79)


def test_dispatchs_stations_follow_a_layer_that_is_put_by_the_api_alone(city: Any) -> None:
    keeper = city.client("admin")
    feature = {
        "type": "Feature",
        "properties": {
            "code": "API1", "level": "station", "name_zh": "接口站", "name_en": "By API",
            "body": "akl-fire",
        },
        "geometry": {"type": "Point", "coordinates": [174.75, -36.86]},
    }  # fmt: skip
    layer = {"type": "FeatureCollection", "crs": "WGS84", "features": [feature]}

    first = keeper.put("/v1/layers/api-stations", json=layer).json()
    made = followed(city, lambda found: "API1" in found)
    again = keeper.put("/v1/layers/api-stations", json=layer).json()

    assert again == first
    assert made["API1"]["layer"] == "api-stations"


def followed(
    city: Any, is_there: Callable[[dict[str, dict[str, Any]]], bool]
) -> dict[str, dict[str, Any]]:
    """Dispatch's stations by code, as soon as they are as they should be."""
    until = time.monotonic() + PATIENCE_S
    while True:
        items = city.client("admin").get("/v1/stations").json()["items"]
        found = {one["code"]: one for one in items}
        if is_there(found):
            return found
        assert time.monotonic() < until, sorted(found)
        time.sleep(0.05)
