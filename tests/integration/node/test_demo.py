"""The demo city: laid out, told once who may sign in, alive, and there again after a stop."""

import signal
import time
from collections.abc import Callable, Generator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from beaconfire.demo.begun import HISTORY, HOURS, Begun
from beaconfire.demo.cast import DESKS
from beaconfire.demo.city import load_city
from beaconfire.node.demo import Demo, check_city
from beaconfire.simulation.credentials import Credentials
from beaconfire.simulation.desk import order_of
from beaconfire_platform.database import Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess, open_to_all

GENTLY = "6"
"""Nobody here looks at its people again: at their usual speed they take half a core."""
FIRST_HOURS = "the city lives its first hours: "


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
    closed = next(
        one for one in incidents if one["status"] == "closed" and one["path"].count(".") == 3
    )
    steps = {
        "incident-opened", "incident-placed", "recommendation-made", "assignment-dispatched",
        "assignment-acknowledged", "assignment-cleared", "incident-handled", "incident-closed",
    }  # fmt: skip
    told: set[str] = set()
    for _ in range(60):  # the picture hears of an incident's end a moment after its own service
        timeline = city.items(dana, f"/v1/incidents/{closed['id']}/timeline")
        told = {one["type"].split(".")[2] for one in timeline}
        if told >= steps:
            break
        time.sleep(0.5)
    assert told >= steps, steps - told


def test_it_lived_its_first_hours_before_anybody_was_let_in(city: Any) -> None:
    dana = city.client("dana")

    clock = dana.get("/v1/clock").json()
    begun = Begun.load(city.folder.folder / "demo" / "begun.json")
    lived = [line for line in city.node.lines if line.startswith(FIRST_HOURS)]
    closed = city.items(dana, "/v1/incidents", status="closed", limit=200)

    assert lived == [f"{FIRST_HOURS}{hour} of {HOURS}" for hour in range(1, HOURS + 1)]
    assert begun is not None
    assert begun.lives_until is None
    assert _moment(clock["business_time"]) >= begun.begun_at + HISTORY
    assert (clock["usual_speed"], clock["replay_round"]) == (120.0, 1)
    assert len(closed) > 3  # a busy machine's crews are slow in business time: some ten are usual
    assert all(_moment(one["closed_at"]) <= _moment(clock["business_time"]) for one in closed)


def test_who_sits_gets_their_own_and_a_share_and_the_clock_waits_for_their_order(
    city: Any,
) -> None:
    dana, lena = _at_the_console(city, "dana"), city.client("lena")
    seat = next(one["id"] for one in city.items(dana, "/v1/seats") if one["code"] == "D1")

    def clock() -> dict[str, Any]:
        return dana.get("/v1/clock").json()

    def at_the_seat() -> list[dict[str, Any]]:
        return city.items(dana, "/v1/incidents", seat=seat, status="open")

    def free() -> list[str]:
        units = city.items(dana, "/v1/units")
        return [one["id"] for one in units if one["primary"] == "available"]

    def send_all() -> bool:
        for one in at_the_seat():
            if not one["assignments"]:
                advice = dana.get(f"/v1/incidents/{one['id']}/recommendation")
                options = advice.json()["options"] if advice.is_success else []
                order = order_of(options[0] if options else {"units": []})
                # a city that is late may have nobody to propose, and stands still while we wait
                order["unit_ids"] = order["unit_ids"] or free()[:1]
                dana.post(f"/v1/incidents/{one['id']}/dispatch", json=order)
        return not clock()["held_at_wall_pace"]

    assert dana.post(f"/v1/seats/{seat}/take").is_success
    own = dana.post("/v1/reports", json=MY_REPORT).json()["incident_id"]
    _until(lambda: own in {one["id"] for one in at_the_seat()})
    _until(lambda: clock()["held_at_wall_pace"])
    assert (clock()["speed"], clock()["usual_speed"]) == (1.0, 120.0)
    lena.put("/v1/clock", json={"speed": 60.0})
    assert (clock()["speed"], clock()["usual_speed"]) == (1.0, 60.0)

    _until(send_all)
    assert clock()["speed"] == 60.0
    _until(lambda: send_all() and any(one["id"] != own for one in at_the_seat()))
    dana.post(f"/v1/seats/{seat}/leave")
    _until(lambda: not clock()["held_at_wall_pace"])
    lena.put("/v1/clock", json={"speed": 120.0})


def _told(node: Any) -> dict[str, str]:
    return {line.split()[0]: line.split()[1] for line in node.lines if line.startswith("  ")}


def test_it_goes_on_after_a_stop_and_whoever_was_signed_in_still_is(city: Any) -> None:
    told = _told(city.node)
    assert told.keys() == {one.sign_in for one in DESKS}
    answer = httpx.post(
        f"{city.node.origin}/v1/session",
        json={"sign_in": "dana", "password": told["dana"]},
        timeout=PATIENCE_S,
    )
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"].partition(";")[0]

    code, _ = city.node.stop()
    city.node = again = city.folder.start("--demo", "auckland", "--speed", GENTLY)
    again.until_ready()

    assert code == 0
    assert not any("laying out" in line or FIRST_HOURS in line for line in again.lines)
    [hint] = [line for line in again.lines if "users password NAME" in line]
    assert hint.endswith(f"beaconfire users password NAME --data {city.folder.folder}")
    assert not _told(again)
    session = httpx.get(
        f"{again.origin}/v1/session", headers={"Cookie": cookie}, timeout=PATIENCE_S
    )
    assert session.json()["person"]["name_en"] == "Dana, dispatcher"


@pytest.fixture
def fresh(tmp_path: Path) -> Generator[NodeFolder]:
    open_to_all(tmp_path)
    folder = NodeFolder(tmp_path / "data")
    yield folder
    folder.close()


@pytest.mark.apart
@pytest.mark.slow
def test_first_hours_that_were_broken_off_are_lived_to_their_end_at_the_next_start(
    fresh: NodeFolder,
) -> None:
    node = fresh.start("--demo", "auckland")
    assert node.process.stdout is not None
    for line in node.process.stdout:
        if line.startswith(f"{FIRST_HOURS}2"):
            break
    assert node.stop(signal.SIGINT)[0] == 0

    again = fresh.start("--demo", "auckland")
    again.until_ready()
    assert not any("laying out" in line for line in again.lines)
    assert [line for line in again.lines if line.startswith(FIRST_HOURS)] == [
        f"{FIRST_HOURS}{hour} of {HOURS}" for hour in range(2, HOURS + 1)
    ]
    assert _clock_of(again, fresh)["speed"] == 30.0
    again.stop()


MY_REPORT = {
    "channel": "phone",
    "type": "medical.chest-pain",
    "text": "Tight pain in the chest",
    "position": {"lon": 174.7631, "lat": -36.8512, "accuracy_m": 20.0},
}


def _at_the_console(city: Any, sign_in: str) -> httpx.Client:
    """Somebody in a browser, who works at the seat that they take; a bearer works at none."""
    told = {"sign_in": sign_in, "password": _told(city.node)[sign_in]}
    answer = httpx.post(
        f"{city.node.origin}/v1/session", json=told, trust_env=False, timeout=PATIENCE_S
    )
    cookie = answer.headers["set-cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "Origin": city.node.origin}
    made = httpx.Client(
        base_url=city.node.origin, headers=headers, timeout=PATIENCE_S, trust_env=False
    )
    city.clients[sign_in, cookie] = made
    return made


def _clock_of(node: NodeProcess, folder: NodeFolder) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {folder.token('dana')}"}
    return httpx.get(
        f"{node.origin}/v1/clock", headers=headers, trust_env=False, timeout=PATIENCE_S
    ).json()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.3)


@pytest.mark.parametrize("is_apart", [False, True])
async def test_a_later_start_names_the_command_that_makes_a_password_there(
    tmp_path: Path, database: str, is_apart: bool
) -> None:
    said: list[str] = []
    demo = Demo("auckland", tmp_path, "http://nowhere.invalid", said.append, is_apart=is_apart)
    demo.credentials.parent.mkdir()
    Credentials("http://before.invalid", "auckland", "c", "d", (), {}).save(demo.credentials)
    agency = await Database.connect("agency", database, bell=Doorbell(), connections=1)

    await demo.prepare(agency)
    await agency.close()

    [hint] = said
    where = "--database-url URL, with the URL of agency's own database"
    assert hint.endswith(where if is_apart else f"users password NAME --data {tmp_path}")
    assert database not in hint
    assert Credentials.load(demo.credentials).origin == "http://nowhere.invalid"
