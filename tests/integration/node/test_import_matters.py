"""`beaconfire import matters` on a running node: looked at, assigned whole, told by row."""

from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from beaconfire.cli import app


def run(city: Any, *arguments: str) -> Result:
    """The command, against the city's node."""
    where = ["--data", str(city.folder.folder), "--origin", city.node.origin]
    return CliRunner().invoke(app, ["import", "matters", *arguments, *where])


def test_matters_are_looked_at_assigned_and_answered_at_a_point(city: Any, tmp_path: Path) -> None:
    file = tmp_path / "matters.csv"
    file.write_text("type,area,body\ncity,akl,akl-centre\nfire,akl.d01,akl-police\n", "utf-8")

    looked = run(city, str(file), "--preview")
    done = run(city, str(file))
    file.write_text("type,area,body\nfire,akl.d99,akl-fire\nfire,akl,akl-navy\n", "utf-8")
    refused = run(city, str(file))
    file.write_text("type,area,body\nfiree,akl,akl-fire\n", "utf-8")
    misspelt = run(city, str(file))

    assert looked.exit_code == done.exit_code == 0, looked.stderr + done.stderr
    assert "2 come, 0 go, 0 stay; nothing was changed" in looked.stdout
    assert "+ city in akl: akl-centre" in done.stdout
    assert "version 1 is in force: 2 come" in done.stdout
    assert refused.exit_code == misspelt.exit_code == 2
    assert "row 1: " in refused.stderr
    assert "(unknown_place)" in refused.stderr
    assert "(unknown_body)" in refused.stderr
    assert "row 1: no incident type is or begins with firee (unknown_type)" in misspelt.stderr
    desk = city.client("dana")
    asked = {"lon": 174.7602, "lat": -36.8931}
    told = desk.get("/v1/responsibility", params=asked).raise_for_status().json()
    by_type = {one["type"]: (one["code"], one["basis"]) for one in told["agencies"]}
    assert by_type["city"] == ("akl-centre", "assigned")
    assert by_type["medical"] == ("akl-ambulance", "by_kind")
    assert told["responders"]["state"] == told["previous"]["state"] == "told"
    named = [one for one in told["responders"]["items"] if one["person_id"]]
    assert all(one["name_en"].endswith("(invented)") for one in named)
