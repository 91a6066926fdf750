"""`beaconfire scene`: a stranger's process plays the scenes on a real node, and they come out."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

import pytest

from beaconfire.simulation import one_fire, silent_call

LIVES_ON: Final = 120.0
"""Times faster than the wall: a busy half hour is over in a quarter of a minute."""
TO_SPARE: Final = 3


def play(city: Any, name: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [
            sys.executable, "-m", "beaconfire", "scene", name, "--pace", "0.1",
            "--credentials", str(city.folder.folder / "demo" / "credentials.json"),
        ],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def until_crews_to_spare(city: Any, dana: Any) -> None:
    """The city has its busy half hours, in which nobody can be sent; live on until one is over."""
    before = dana.get("/v1/clock").json()["usual_speed"]
    dana.put("/v1/clock", json={"speed": LIVES_ON, "paused": False}).raise_for_status()
    try:
        for _ in range(600):
            free = [one for one in city.items(dana, "/v1/units") if one["primary"] == "available"]
            if all(
                sum(capability in one["capabilities"] for one in free) >= TO_SPARE
                for capability in ("police", "ambulance")
            ):
                return
            time.sleep(0.2)
        pytest.fail("hours went by in which nobody could be sent")
    finally:
        dana.put("/v1/clock", json={"speed": before}).raise_for_status()


def play_to_the_end(city: Any, dana: Any) -> list[dict[str, Any]]:
    """The silent call with somebody sent ahead and somebody to complete it.

    The city may need its last crew elsewhere meanwhile: once or twice, not three times.
    """
    played = list[str]()
    for _ in range(3):
        until_crews_to_spare(city, dana)
        told = play(city, "silent-call")
        if told[1]["units"] and told[-1]["units"]:
            return told
        path = f"/v1/incidents/{told[0]['incident_id']}/recommendation"
        played.append(f"{told}\n{dana.get(path).text}")
    pytest.fail("\n".join(played))


def timeline_with(city: Any, dana: Any, incident_id: str, units: list[str]) -> list[dict[str, Any]]:
    """The timeline once it tells of an order to each unit: it follows dispatch's facts."""
    entries: list[dict[str, Any]] = []
    for _ in range(600):
        entries = city.items(dana, f"/v1/incidents/{incident_id}/timeline")
        if sum("assignment-dispatched" in one["type"] for one in entries) >= len(units):
            break
        time.sleep(0.1)
    return entries


def test_a_unit_goes_before_the_type_is_known_and_the_silent_call_is_moved_and_placed_anew(
    city: Any,
) -> None:
    dana = city.client("dana")
    speed = dana.get("/v1/clock").json()["speed"]

    told = play_to_the_end(city, dana)

    assert tuple(one["step"] for one in told) == silent_call.STEPS
    incident_id = told[0]["incident_id"]
    incident = dana.get(f"/v1/incidents/{incident_id}").json()
    entries = timeline_with(city, dana, incident_id, told[1]["units"] + told[5]["units"])
    types = [one["type"].split(".")[2] for one in entries]
    ordered = types.index("assignment-dispatched")
    assert told[1]["units"]
    assert told[5]["units"]
    assert ordered < types.index("incident-relocated") < types.index("incident-reclassified")
    placed = [one["data"] for one in entries if one["type"].split(".")[2] == "incident-placed"]
    assert len(placed) == 3
    assert len({one["cell"] for one in placed}) > 1
    assert "recommendation-made" in types[types.index("incident-reclassified") :]
    assert types.count("assignment-dispatched") >= 2
    assert incident["type"] == silent_call.TYPE
    assert incident["place"]["uncertainty_m"] == silent_call.DEVICE_M
    assert dana.get("/v1/clock").json()["speed"] == speed


def test_ten_callers_are_one_fire_and_the_eleventh_is_another(city: Any) -> None:
    dana = city.client("dana")

    told = play(city, "one-fire")

    assert [one["count"] for one in told] == list(range(1, 12))
    fire = dana.get(f"/v1/incidents/{told[0]['incident_id']}").json()
    other = dana.get(f"/v1/incidents/{told[10]['incident_id']}").json()
    assert {one["incident_id"] for one in told[:10]} == {fire["id"]}
    assert [one["attached"] for one in fire["reports"]].count(True) == len(fire["reports"]) - 1
    words = {one["text"] for one in fire["reports"]}
    assert {one.text for one in one_fire.WITNESSES} <= words
    assert other["id"] != fire["id"]
    assert one_fire.ELEVENTH.text in {one["text"] for one in other["reports"]}


def test_without_credentials_it_says_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable, "-m", "beaconfire", "scene", "one-fire",
            "--credentials", str(tmp_path / "none"),
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "cannot read the credentials" in done.stderr
    assert "Traceback" not in done.stderr
