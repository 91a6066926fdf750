"""Layers of the map in a browser: what is reached, who covers what, hotspots, closed roads."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from .conftest import Sitter
from .desk import City, Desk

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POST = """async ([path, body]) => {
    const headers = {"Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID()};
    const answer = await fetch(path, {method: "POST", headers, body: JSON.stringify(body)});
    return {status: answer.status, told: await answer.json()};
}"""
"""A command as the page itself gives it."""
LOOKS = [("en", "night"), ("zh", "day")]


def panel(desk: Desk) -> Locator:
    found = desk.page.locator("#map-layers")
    if not found.is_visible():
        desk.page.locator("#command").blur()
        desk.page.keyboard.press("F6")
    return found


def row(desk: Desk, name: str) -> Locator:
    """One layer with what is said of it."""
    switch = desk.page.get_by_label(name, exact=True)
    return desk.page.locator("#map-layers .layer", has=switch)


def colours(desk: Desk) -> int:
    """How many colours stand in the middle of the map."""
    box = desk.page.locator("canvas.maplibregl-canvas").bounding_box()
    assert box is not None
    clip: Any = {"x": box["x"] + 60, "y": box["y"] + 120, "width": 200, "height": 200}
    return hash(desk.page.screenshot(clip=clip))


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_the_layers_are_switched_by_keyboard_alone_and_for_everybody(
    sit: Sitter, language: str, theme: str
) -> None:
    desk = sit("lena", language=language, theme=theme)
    page = desk.page
    drawn_before = colours(desk)

    layers = panel(desk)
    expect(layers.locator("input").first).to_be_focused()
    for _ in range(5):
        page.keyboard.press("Tab")
    cover = layers.get_by_label("cover" if language == "en" else "覆盖", exact=True)
    if not cover.evaluate("it => it === document.activeElement"):
        cover.focus()
    page.keyboard.press("Space")
    said = row(desk, "cover" if language == "en" else "覆盖").locator("p").first
    expect(said).to_contain_text(re.compile(r"\d+(\.\d)? ?%"))
    expect(layers).to_contain_text("gap" if language == "en" else "缺口")
    hot = layers.get_by_label("hotspots" if language == "en" else "热点", exact=True)
    hot.focus()
    page.keyboard.press("Space")
    expect(row(desk, "hotspots" if language == "en" else "热点").locator("p")).not_to_have_text(
        re.compile("Working|正在推算")
    )
    assert desk.breaches() == []
    page.keyboard.press("Escape")
    expect(layers).to_have_count(0)
    desk.until(lambda: colours(desk) != drawn_before, "the cover on the map")


def test_what_a_unit_reaches_is_asked_by_line_and_grows_with_the_minutes(sit: Sitter) -> None:
    desk = sit("ben")

    verdict = desk.command("L reach A07 5")
    assert "reached from A07 within 5 min" in verdict
    layers = panel(desk)
    reach = row(desk, "reach")
    said = reach.locator("p")
    expect(said).to_contain_text("km² are reached")
    five = float(re.findall(r"[\d.]+", said.inner_text())[0])
    reach.get_by_label("Within").select_option("15")
    expect(said).not_to_contain_text(f"{five:g} km²")
    expect(said).to_contain_text("km² are reached")

    assert float(re.findall(r"[\d.]+", said.inner_text())[0]) > 2 * five
    desk.command("L off")
    expect(layers.get_by_label("reach", exact=True)).not_to_be_checked()


def test_a_place_far_from_every_road_says_so_and_nothing_else_breaks(sit: Sitter) -> None:
    desk = sit("ben")
    desk.page.locator("canvas.maplibregl-canvas").wait_for()

    desk.command("R city.tree-down @174.70,-37.55 a tree on the beach")
    number = desk.page.locator("article .number").inner_text()
    desk.command(f"L reach {number} 3")
    layers = panel(desk)

    expect(layers).to_contain_text("No road is near")
    # the browser says of itself that the answer was no, and nothing else
    assert [one for one in desk.complaints if "/v1/isochrones" not in one] == []
    desk.complaints.clear()


def test_a_closed_road_is_counted_as_soon_as_it_is_closed_and_when_it_is_open_again(
    sit: Sitter,
) -> None:
    desk = sit("dana")
    panel(desk)
    closed = row(desk, "closed roads")
    before = closed.inner_text()

    told = {"points": [{"lon": 174.7633, "lat": -36.8485}], "speed_share": 0, "reason": "flood"}
    made = desk.page.evaluate(POST, ["/v1/closures", told])
    assert made["status"] == 201, made
    expect(closed).to_contain_text(re.compile(r"closed or slowed, [1-9]\d* roads?"))
    assert closed.inner_text() != before
    lifted = desk.page.evaluate(POST, [f"/v1/closures/{made['told']['id']}/lift", {}])

    assert lifted["status"] == 200, lifted
    expect(closed).to_have_text(before)


def test_incidents_that_come_together_are_a_hotspot(sit: Sitter) -> None:
    desk = sit("tama")
    for nth in range(6):
        desk.command(f"R medical.fall @174.6{nth}12,-36.90 number {nth} of many, far apart")
    for nth in range(8):
        line = f"R traffic.collision @174.85{nth}1,-36.981 wreck {nth} of a row of them"
        desk.command(line.replace("traffic.collision", "fire.smoke"))

    desk.command("L hot 24")
    layers = panel(desk)

    expect(layers).to_contain_text(re.compile(r"\d+ hot cells, of \d+ incidents"))


CARD: Any = """isAway => {
    const drawn = document.querySelector("canvas.maplibregl-canvas").getContext("webgl2");
    window.card ??= drawn.getExtension("WEBGL_lose_context");
    if (isAway) window.card.loseContext(); else window.card.restoreContext();
}"""
"""As a driver does it that restarts, or a machine that slept."""


def seen(desk: Desk, *, units: bool) -> bytes:
    """The map's west, where no card lies over it, with or without units, once nothing moves."""
    panel(desk).get_by_label("units", exact=True).set_checked(units)
    desk.page.keyboard.press("Escape")
    box = desk.page.locator("canvas.maplibregl-canvas").bounding_box()
    assert box is not None
    clip: Any = {"x": box["x"], "y": box["y"] + 60, "width": 290, "height": box["height"] - 120}
    looks = [b"", desk.page.screenshot(clip=clip)]
    while looks[-1] != looks[-2]:
        desk.page.wait_for_timeout(500)
        looks.append(desk.page.screenshot(clip=clip))
        assert len(looks) < 60
    return looks[-1]


def test_a_map_whose_graphics_card_went_away_says_so_and_is_drawn_again_with_all_that_is_on_it(
    sit: Sitter, city: City
) -> None:
    desk = sit("lena")
    before = seen(desk, units=False)

    desk.page.evaluate(CARD, True)
    away = desk.page.get_by_role("alert").filter(has_text="graphics card is away")
    expect(away).to_be_visible()
    told = {"channel": "phone", "type": "medical.fall", "position_method": "network",
            "position": {"lon": 174.7, "lat": -36.87, "accuracy_m": 20}}  # fmt: skip
    with city.client(city.credentials.callers) as caller:
        number = caller.post("/v1/reports", json=told).raise_for_status().json()["number"]
    expect(desk.row(number)).to_be_visible()
    desk.page.evaluate(CARD, False)
    expect(away).to_have_count(0)

    bare = seen(desk, units=False)
    assert bare != before  # the incident that was told meanwhile
    assert seen(desk, units=True) != bare


def test_a_station_that_is_released_while_the_console_is_open_is_on_its_map(
    sit: Sitter, city: City
) -> None:
    desk = sit("lena")
    before = seen(desk, units=False)
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": f"late-{nth}", "level": "station", "body": "akl-fire",
                "name_zh": f"新站{nth}", "name_en": f"Late {nth}",
            },
            "geometry": {"type": "Point", "coordinates": [174.5 + nth * 0.01, -36.9]},
        }
        for nth in range(40)
    ]  # fmt: skip

    layer = {"type": "FeatureCollection", "crs": "WGS84", "features": features}
    released = city.administrator.put("/v1/layers/late-stations", json=layer)
    assert released.status_code == 200, released.text

    for _ in range(60):
        if seen(desk, units=False) != before:
            break
        desk.page.wait_for_timeout(500)
    else:
        pytest.fail("no station came on the map")
