"""The demo city: laid out, told once who may sign in, alive, and there again after a stop."""

import time
from typing import Any

import httpx
import pytest

from beaconfire.demo.cast import DESKS
from beaconfire.demo.city import load_city
from beaconfire.node.demo import check_city
from beaconfire.node.options import CannotStart


def test_a_city_that_we_do_not_carry_is_refused_before_anything_starts() -> None:
    check_city(None)
    check_city("auckland")
    with pytest.raises(CannotStart, match="auckland"):
        check_city("atlantis")


def test_the_whole_city_is_laid_out(city: Any) -> None:
    known = load_city("auckland")
    admin = city.client("admin")

    units = city.items(admin, "/v1/units", limit=200)
    stations = city.items(admin, "/v1/stations")
    layer = admin.get("/v1/layers/grid").json()["layer"]

    assert {one["call_sign"] for one in units} == {one.call_sign for one in known.units}
    assert len(stations) == len(known.stations)
    assert layer["areas"] == len(known.areas)
    assert (city.folder.folder / "demo" / "credentials.json").stat().st_mode & 0o077 == 0


def test_its_people_live_calls_come_units_drive_and_files_are_closed(city: Any) -> None:
    dana = city.client("dana")
    seen: set[str] = set()
    moved: set[tuple[float, float]] = set()
    incidents: list[dict[str, Any]] = []
    for _ in range(240):
        incidents = city.items(dana, "/v1/incidents", limit=200)
        seen |= {one["phase"] for one in incidents}
        moved |= {(one["lon"], one["lat"]) for one in city.items(dana, "/v1/positions")}
        if "closed" in seen and len(moved) > 60:
            break
        time.sleep(0.5)

    assert {"closed", "en_route", "on_scene"} <= seen
    assert len(moved) > 60
    closed = next(one for one in incidents if one["status"] == "closed")
    timeline = city.items(dana, f"/v1/incidents/{closed['id']}/timeline")
    told = [one["type"].split(".")[2] for one in timeline]
    for step in (
        "incident-opened", "incident-placed", "recommendation-made", "assignment-dispatched",
        "assignment-acknowledged", "assignment-cleared", "incident-handled", "incident-closed",
    ):  # fmt: skip
        assert step in told
    assert closed["path"].count(".") == 3


def _told(node: Any) -> dict[str, str]:
    return {line.split()[0]: line.split()[1] for line in node.lines if line.startswith("  ")}


def test_it_goes_on_after_a_stop_with_new_passwords_which_open_the_console(city: Any) -> None:
    before = _told(city.node)
    code, seconds = city.node.stop()
    city.node = again = city.folder.start("--demo", "auckland", "--speed", "120")
    took = again.until_ready()
    told = _told(again)

    assert code == 0
    assert seconds < 10
    assert took < 30
    assert not any("laying out" in line for line in again.lines)
    assert told.keys() == before.keys() == {one.sign_in for one in DESKS}
    assert not set(told.values()) & set(before.values())
    answer = httpx.post(
        f"{again.origin}/v1/session", json={"sign_in": "dana", "password": told["dana"]}
    )
    assert answer.status_code == 201
    assert "__Host-" in answer.headers["set-cookie"]
