"""What the spine must show: a report on every map at once, a unit under way, its marker moving."""

import math
import os
import statistics
import time
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import expect

from .conftest import Sitter
from .desk import City, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOWN_S_MAX: Final = 1.0 if os.environ.get("BEACONFIRE_PROOF") == "full" else 5.0
"""A report is seen within a second; a machine that draws in software, amid all other tests, gets
five, and is told beside them how long it needs for one frame. `make proof` asks for the second."""
EARTH_M: Final = 6_371_008.8
ZOOM: Final = 14.5
METRES_PER_PIXEL: Final = 2 * math.pi * EARTH_M * math.cos(math.radians(36.8)) / (512 * 2**ZOOM)
ROUNDS: Final = ((-600, 500), (0, 650), (600, 500), (-600, -550), (-600, 0))
"""Where the reports are, metres east and north of the middle: in view, far from
each other, not below the guide."""
HEARING: Final = """
window.heard = []; window.rows = {};
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.addEventListener('message', ({ data }) => {
      if (typeof data === 'string') window.heard.push([Date.now(), data]);
    });
  }
};
new MutationObserver(() => {
  for (const row of document.querySelectorAll('.entry')) window.rows[row.dataset.id] ??= Date.now();
}).observe(document, { childList: true, subtree: true });
"""
"""Notes when each frame of the feed came in, and when each row of the queue was first there."""
FRAMES: Final = """
() => new Promise((told) => {
  const began = performance.now();
  let count = 0;
  const next = () =>
    ++count === 10 ? told((performance.now() - began) / 10) : requestAnimationFrame(next);
  requestAnimationFrame(next);
})
"""
"""How many milliseconds the browser needs for a frame."""


@pytest.mark.proof
def test_a_report_posted_over_http_is_in_the_queue_and_on_the_map_within_a_second(
    sit: Sitter, city: City
) -> None:
    desk = sit("dana", basemap=True)
    desk.is_changed = True
    desk.page.add_init_script(HEARING)
    desk.page.reload()
    desk.until_live()
    crew = city.crew("A07")
    desk.command("F A07")
    desk.page.wait_for_timeout(1_500)  # the map flies for 0.9 s

    with city.client(city.credentials.callers) as caller:
        found = [_seen(desk, caller, (crew.lon, crew.lat), east, north) for east, north in ROUNDS]

    frame_s = desk.page.evaluate(FRAMES) / 1_000
    fed, listed, mapped = (statistics.median(column) for column in zip(*found, strict=True))
    print(  # noqa: T201  (the figure that the issue asks for)
        f"after the answer: feed {fed:.3f} s, queue {listed:.3f} s, map {mapped:.3f} s"
        f" (medians of {len(found)}; one frame of this browser {frame_s:.3f} s)"
    )
    assert max(listed, mapped) <= SHOWN_S_MAX, found


def _seen(
    desk: Desk, caller: httpx.Client, middle: tuple[float, float], east: int, north: int
) -> tuple[float, float, float]:
    """Seconds from the answer to the frame, to the row, and to the symbol under the pointer."""
    lon, lat = _moved(middle, east, north)
    box = desk.page.locator("section .holder").bounding_box()
    assert box is not None
    x = box["x"] + box["width"] / 2 + east / METRES_PER_PIXEL
    y = box["y"] + box["height"] / 2 - north / METRES_PER_PIXEL

    def is_over_something() -> bool:
        for beside in (0, 1):  # the pointer must move for the map to look below it
            desk.page.mouse.move(x + beside, y)
        return _is_over_something(desk)

    desk.until(lambda: not is_over_something(), "a free place on the map")
    told = caller.post(
        "/v1/reports",
        json={
            "channel": "phone",
            "type": "fire.alarm",
            "text": f"alarm at {east} {north}",
            "position": {"lon": lon, "lat": lat, "accuracy_m": 20},
            "position_method": "network",
        },
    )
    answered_at = time.time()
    incident = told.raise_for_status().json()["incident_id"]
    assert not told.json()["attached"]

    desk.until(is_over_something, f"the symbol of {incident}")
    mapped_at = time.time()
    row = desk.page.locator(f'.entry[data-id="{incident}"]')
    expect(row).to_be_visible()
    first, listed = desk.page.evaluate(
        "id => [window.heard.find(([, data]) => data.includes(id))[0], window.rows[id]]", incident
    )
    return first / 1_000 - answered_at, listed / 1_000 - answered_at, mapped_at - answered_at


def _is_over_something(desk: Desk) -> bool:
    canvas = desk.page.locator("canvas.maplibregl-canvas")
    return canvas.evaluate("it => it.style.cursor") == "pointer"


def _moved(middle: tuple[float, float], east: float, north: float) -> tuple[float, float]:
    lon, lat = middle
    degree_m = math.radians(1) * EARTH_M
    return lon + east / (degree_m * math.cos(math.radians(lat))), lat + north / degree_m


def test_a_unit_sent_by_command_drives_over_both_operators_maps(sit: Sitter, city: City) -> None:
    mine, theirs = sit("dana"), sit("ben", language="zh", theme="day")
    crew = city.crew("A07")
    # so far away that no label has to make room
    lon, lat = _moved((crew.lon, crew.lat), 6_000, -4_500)
    with city.client(city.credentials.callers) as caller:
        report = {
            "channel": "phone",
            "type": "medical.chest-pain",
            "position": {"lon": lon, "lat": lat, "accuracy_m": 20},
        }
        number = caller.post("/v1/reports", json=report).raise_for_status().json()["number"]
    for desk in (mine, theirs):
        desk.row(number).click()

    assert f"A07 → {number}" in mine.command(f"D {number} A07")
    expect(mine.toasts()).to_contain_text(f"A07 ordered to {number}")
    expect(mine.row(number)).to_contain_text("Assigned")
    expect(theirs.row(number)).to_contain_text("已派")
    with city.client(crew.token) as phone:
        order = phone.get("/v1/assignments", params={"state": "open"}).json()["items"][0]
        _tell(phone, order, "acknowledge")
        _tell(phone, order, "en-route")
        expect(mine.row(number)).to_contain_text("En route")
        expect(theirs.row(number)).to_contain_text("途中")

        _drives(phone, crew.unit_id, (crew.lon, crew.lat), (mine, theirs))

        _tell(phone, order, "on-scene")
        expect(theirs.row(number)).to_contain_text("到场")
        _tell(phone, order, "clear")
    expect(mine.row(number)).to_contain_text("Handled")
    mine.command(f"C {number} transported")
    expect(theirs.row(number)).to_contain_text("结案")


def _tell(phone: httpx.Client, order: dict[str, Any], step: str) -> None:
    body = {"source": "terminal", "fence": order["fence"]}
    phone.post(f"/v1/assignments/{order['id']}/{step}", json=body).raise_for_status()


def _drives(
    phone: httpx.Client, unit_id: str, home: tuple[float, float], desks: tuple[Desk, ...]
) -> None:
    """Every report of a position moves the marker, on every map by the same way."""
    begin = _moved(home, 200, -120)  # away from the station, where units stand in rows
    _report_position(phone, unit_id, begin)
    desks[0].page.wait_for_timeout(3_000)  # what glides there has come to rest
    began = [_where(desk) for desk in desks]
    for leg in (1, 2):
        _report_position(phone, unit_id, _moved(begin, 500 * leg, -300 * leg))
        for desk, (x, y) in zip(desks, began, strict=True):
            desk.until(
                lambda desk=desk, x=x, y=y, leg=leg: _went(_where(desk), (x, y), leg),
                f"A07 at leg {leg}",
            )


def _went(now: tuple[float, float], from_: tuple[float, float], leg: int) -> bool:
    """South-east, five to the right for three down, as far as the leg is long."""
    right, down = now[0] - from_[0], now[1] - from_[1]
    return right >= 8 * leg and down > 0 and math.isclose(down / right, 3 / 5, abs_tol=0.2)


def _where(desk: Desk) -> tuple[float, float]:
    """Where the map draws the unit: its label goes with the symbol, frame by frame."""
    box = desk.label_of("A07").bounding_box()
    assert box is not None
    return box["x"], box["y"]


def _report_position(phone: httpx.Client, unit_id: str, at: tuple[float, float]) -> None:
    now = phone.get("/v1/clock").json()["business_time"]
    fix = {"unit_id": unit_id, "lon": at[0], "lat": at[1], "observed_at": now}
    told = phone.post("/v1/positions", json={"fixes": [fix]}).raise_for_status().json()
    assert told["moved"] == 1
