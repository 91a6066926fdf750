"""`beaconfire import layer` on a running node, as its keeper uses it."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from beaconfire.cli import app
from beaconfire_testkit.grid import area


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


def test_stations_that_name_their_body_are_registered_and_none_is_taken_away(
    city: Any, tmp_path: Path
) -> None:
    file = tmp_path / "stations.csv"
    head = "code,level,name_zh,name_en,body,lon,lat"
    first, second, nobodys = (
        "NEW1,station,新一站,New one,akl-fire,174.76,-36.85",
        "NEW2,station,新二站,New two,akl-fire,174.77,-36.86",
        "NEW3,station,新三站,New three,,174.78,-36.87",
    )
    kind = ("--kind", "station", "--crs", "WGS84")

    file.write_text(f"{head}\n{first},\n", "utf-8")
    uneven = run(city, str(file), *kind)
    file.write_text(f"{head}\n{first}\n{second.replace('akl-fire', 'lost')}\n", "utf-8")
    unknown = run(city, str(file), *kind)
    file.write_text("\n".join((head, first, second, nobodys)), "utf-8")
    told = run(city, str(file), *kind)
    file.write_text("\n".join((head, second)), "utf-8")
    again = run(city, str(file), *kind)

    assert uneven.exit_code == 2
    assert "row 2: lost is no body's code (unknown_body)" in unknown.stderr
    assert "stations registered: 2, there already: 0" in told.stdout, told.stderr
    assert "stations registered: 0, there already: 1" in again.stdout, again.stderr
    stations = city.client("admin").get("/v1/stations").json()["items"]
    made = {one["code"]: one for one in stations if one["code"].startswith("NEW")}
    assert set(made) == {"NEW1", "NEW2"}
    assert made["NEW1"]["point"] == {"lon": 174.76, "lat": -36.85}
