"""`beaconfire import zones` on a running node: all rows or none, wrong ones by their number."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from beaconfire.cli import app

SQUARE = [[174.70, -36.90], [174.71, -36.90], [174.71, -36.89], [174.70, -36.90]]


def run(city: Any, *arguments: str) -> Result:
    """The command, against the city's node."""
    where = ["--data", str(city.folder.folder), "--origin", city.node.origin]
    return CliRunner().invoke(app, ["import", "zones", *arguments, *where])


def _file(folder: Path, *shapes: tuple[str, Any, dict[str, Any]]) -> str:
    features = [
        {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": at}}
        for kind, at, told in shapes
    ]
    file = folder / "zones.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return str(file)


def test_zones_of_a_file_are_declared_and_a_wrong_row_keeps_all_out(
    city: Any, tmp_path: Path
) -> None:
    plume = ("MultiPolygon", [[SQUARE]], {"name": "Plume", "stand_off_m": 50, "speed_share": 0})
    creek = ("Point", [174.75, -36.85], {"kind": "flood", "severity": "minor", "radius_m": 40})
    open_ring = ("Polygon", [SQUARE[:-1]], {"name": "Open"})

    refused = run(city, _file(tmp_path, plume, open_ring), "--kind", "hazmat")
    declared = run(city, _file(tmp_path, plume, creek), "--kind", "hazmat")
    lost = run(city, str(tmp_path / "lost.geojson"))
    strange = run(city, _file(tmp_path, (*creek[:2], {"kind": "gas", "radius_m": 4})))
    nobody = run(city, _file(tmp_path, creek), "--as", "nobody.here")

    assert refused.exit_code == lost.exit_code == 2
    assert "row 2 (Open): " in refused.stderr, refused.stderr
    assert "row 1: kind: Input should be 'fire'" in strange.stderr
    assert "nobody signs in as nobody.here: say with --as" in nobody.stderr
    assert refused.stderr.endswith("nothing was imported\n")
    lines = declared.stdout.splitlines()
    assert [one.split(" ", 1)[1] for one in lines] == [
        "hazmat Plume: in_force", "flood 2: in_force",
    ], declared.stderr  # fmt: skip
    desk = city.client("dana")
    for one in lines:
        lifted = desk.post(f"/v1/zones/{one.split()[0]}/lift", json={})
        assert lifted.status_code == 200, lifted.text
