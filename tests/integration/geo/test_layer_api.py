"""Layers over HTTP: looked at before, released whole or not at all, asked for at a past date."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.agency import BodyRegistered
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject

IN_EAST = {"lon": 174.715, "lat": -36.895}


def cells(*features: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Cells alone, as an import of a kind sends them."""
    return {
        "type": "FeatureCollection", "crs": "EPSG:4326", "kind": "cell",
        "features": list(features), **more,
    }  # fmt: skip


async def staged(geo: ServiceUnderTest) -> int:
    """How many areas lie in the table, in force or not."""
    return await geo.ground.database.pool.fetchval("select count(*) from area")


async def test_levels_are_told_to_whoever_reads_layers(desk: httpx.AsyncClient) -> None:
    told = (await desk.get("/v1/levels")).json()

    assert {one["code"] for one in told["kinds"]} == {
        "division", "cell", "response_area", "station", "key_place",
    }  # fmt: skip
    assert told["placed_in"].items() >= {"layer": "grid", "level": "cell"}.items()
    assert {"code": "cell", "kind": "cell", "rank": 80, "name_zh": "单元网格"}.items() <= next(
        one for one in told["levels"] if one["code"] == "cell"
    ).items()


async def test_a_preview_tells_what_would_change_and_changes_nothing(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST))
    before = await staged(geo)
    wider = area("c1", "cell", "akl", (174.69, -36.9, 174.711, -36.89))
    wider["properties"]["name_en"] = "West"
    new = area("c3", "cell", "akl", (174.73, -36.9, 174.74, -36.89))

    told = (await keeper.post("/v1/layers/grid/preview", json=grid(wider, new))).json()

    assert (told["added"], told["removed"]) == (["c3"], ["c2"])
    assert [one["name_en"] for one in told["renamed"]] == ["West"]
    assert [one["code"] for one in told["redrawn"]] == ["c1"]
    assert told["redrawn"][0]["moved_m"] > 100
    assert told["counts"]["unchanged"] == 1
    assert told["seams_known"] is True
    assert told["gaps"][0]["parent"] == "akl"
    assert await staged(geo) == before
    assert (await keeper.get("/v1/cells", params=IN_EAST)).json()["cell"] == "c2"


async def test_a_preview_tells_of_cells_that_take_the_ground_of_another_district(
    keeper: httpx.AsyncClient,
) -> None:
    districts = [
        area(f"q{n}", "district", "akl", (174 + n / 10, -37, 174.1 + n / 10, -36))
        for n in (1, 2, 3)
    ]
    taking = area("c1", "cell", "q1", (174.1, -37, 174.25, -36))
    own = area("c2", "cell", "q2", (174.2, -37, 174.3, -36))

    told = (await keeper.post("/v1/layers/grid/preview", json=grid(*districts, taking, own))).json()

    assert [(one["code"], one["other"]) for one in told["overlaps"]] == [("c1", "c2")]
    assert [(one["code"], one["parent"]) for one in told["outside"]] == [("c1", "q1")]
    assert told["outside"][0]["share"] == pytest.approx(1 / 3, abs=0.001)
    assert [one["parent"] for one in told["gaps"] if one["level"] == "cell"] == ["q3"]
    assert (told["counts"]["overlaps"], told["counts"]["outside"]) == (1, 1)


async def test_a_cell_without_a_parent_is_no_root_beside_the_tree(
    keeper: httpx.AsyncClient,
) -> None:
    loose = area("a0", "cell", None, (174.70, -36.88, 174.71, -36.87))
    await keeper.put("/v1/layers/grid", json=grid(WEST))

    whole = await keeper.put("/v1/layers/grid", json=grid(WEST, loose))
    alone = await keeper.put("/v1/layers/grid", json=cells(WEST, loose))

    for refused in (whole, alone):
        told = refused.json()
        assert (refused.status_code, told["code"]) == (422, "parent_missing")
        assert [one["area"] for one in told["rows"]] == ["a0"]
    inside = {"lon": 174.705, "lat": -36.875}
    assert (await keeper.get("/v1/responsibility", params=inside)).json()["upward"][0][
        "code"
    ] == "c1"


async def test_a_first_layer_of_points_with_swapped_axes_is_refused_by_the_grid(
    keeper: httpx.AsyncClient,
) -> None:
    near_paris = [
        area("fr", "city", None, (2, 48, 3, 49)),
        area("c1", "cell", "fr", (2, 48, 3, 49)),
    ]
    body = {"type": "FeatureCollection", "crs": "WGS84"}
    await keeper.put("/v1/layers/grid", json=body | {"features": near_paris})

    answers = [
        await keeper.put(f"/v1/layers/{layer}", json=body | {"kind": kind, "features": [place]})
        for layer, kind, level in (
            ("hospitals", "key_place", "hospital"), ("key-places", "key_place", "school"),
        )
        for place in (_place(level, 48.5, 2.5), _place(level, 2.5, 48.5))
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [422, 200, 422, 200]
    [row] = answers[0].json()["rows"]
    assert (row["code"], row["area"]) == ("swapped_axes", "s1")
    assert "axes swapped" in row["detail"]


@pytest.mark.parametrize(
    ("kind", "level"),
    [("station", "station"), ("key_place", "school"), ("response_area", "response_area")],
)
async def test_rows_far_outside_the_grid_are_named_on_a_first_map_and_on_later_ones(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, kind: str, level: str
) -> None:
    fire = replace(an_example_of(BodyRegistered), body_id=BodyId(new_id()), code="fire")
    await geo.tell(fire)
    await geo.catch_up()
    body = {"type": "FeatureCollection", "crs": "WGS84"}
    at = {"near": (174.705, -36.895), "next": (175.1, -37.2), "zone": (168.705, -36.895),
          "null": (0.0, 0.0), "berlin": (13.4, 52.5)}  # fmt: skip
    rows = [_somewhere(code, level, *one) for code, one in at.items()]
    turned = _somewhere("turned", level, 48.5, 2.5)

    async def put(*features: dict[str, Any]) -> list[tuple[int, str, str]]:
        answer = await keeper.put(
            "/v1/layers/own", json=body | {"kind": kind, "features": features}
        )
        return [(one["row"], one["area"], one["code"]) for one in answer.json().get("rows", [])]

    free = await put(*rows)
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    later = await put(*rows)
    right = await put(*rows[:2])
    after = await put(*rows)
    await keeper.put("/v1/layers/grid", json=body | {"features": [_PARIS]})
    swapped = await put(turned)

    wrong = [(row, code, "outside_grid") for row, code in enumerate(at) if row > 1]
    assert (free, later, right, after) == ([], wrong, [], wrong)
    assert swapped == [(0, "turned", "swapped_axes")]


async def test_divisions_and_cells_may_move_anywhere_since_they_are_the_ground(
    keeper: httpx.AsyncClient,
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))

    moved = await keeper.put("/v1/layers/grid", json=cells(_PARIS, crs="WGS84", kind=None))

    assert moved.status_code == 200, moved.text


_PARIS = area("fr", "city", None, (2, 48, 3, 49))


def _somewhere(code: str, level: str, lon: float, lat: float) -> dict[str, Any]:
    """An area round a place, or the place itself where its level has points."""
    one = area(code, level, None, (lon, lat, lon + 0.01, lat + 0.01))
    if level == "station":
        one["properties"]["body"] = "fire"
    if level != "response_area":
        one["geometry"] = {"type": "Point", "coordinates": [lon, lat]}
    return one


def _place(level: str, *at: float) -> dict[str, Any]:
    one = area("s1", level, None, (0, 0, 1, 1))
    return {**one, "geometry": {"type": "Point", "coordinates": list(at)}}


async def test_cells_replace_cells_and_leave_the_divisions_alone(
    keeper: httpx.AsyncClient,
) -> None:
    first = await keeper.put("/v1/layers/grid", json=grid(WEST))

    second = await keeper.put("/v1/layers/grid", json=cells(EAST))

    assert (first.json()["areas"], second.json()["areas"]) == (2, 2), second.text
    assert (await keeper.get("/v1/cells", params=IN_EAST)).json()["path"] == "akl.c2"
    assert (await keeper.get("/v1/cells/c1")).status_code == 404
    assert (await keeper.get("/v1/cells/akl")).status_code == 200


async def test_a_past_date_is_answered_by_the_version_then_in_force(
    keeper: httpx.AsyncClient,
) -> None:
    first = (await keeper.put("/v1/layers/grid", json=grid(EAST))).json()
    second = (await keeper.put("/v1/layers/grid", json=grid(WEST))).json()
    then = {"at": first["released_at"]}
    before = {"at": (datetime.fromisoformat(first["released_at"]) - timedelta(days=1)).isoformat()}

    past = (await keeper.get("/v1/cells", params=IN_EAST | then)).json()
    now = (await keeper.get("/v1/cells", params=IN_EAST)).json()

    assert (past["cell"], past["layer_version"]) == ("c2", first["version"])
    assert (now["cell"], now["layer_version"]) == (None, second["version"])
    assert (await keeper.get("/v1/cells/c2", params=then)).json()["level"] == "cell"
    assert (await keeper.get("/v1/cells/c2")).status_code == 404
    assert (await keeper.get("/v1/layers/grid", params=then)).json()["layer"] == first
    assert (await keeper.get("/v1/layers/grid", params=before)).status_code == 404
    assert (await keeper.get("/v1/cells", params=IN_EAST | before)).json()["layer_version"] == 0


async def test_every_wrong_row_is_named_and_nothing_is_imported(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    bow = area("c3", "cell", "akl", (174.7, -36.9, 174.71, -36.89))
    [ring] = bow["geometry"]["coordinates"]
    ring[1], ring[2] = ring[2], ring[1]
    body = grid(
        WEST,
        WEST,
        bow,
        area("c4", "cell", "lost", (174.7, -36.9, 174.71, -36.89)),
        area("c5", "tile", "akl", (174.7, -36.9, 174.71, -36.89)),
        area("c6", "cell", "akl", (-36.9, 174.7 - 360, -36.89, 174.71 - 360)),
        area("c7", "city", "akl", (174.7, -36.9, 174.71, -36.89)),
        area("c8", "cell", "akl", (10.0, 50.0, 11.0, 51.0)),
        area("c.9", "cell", "akl", (174.7, -36.9, 174.71, -36.89)),
        {**area("c10", "cell", "akl", (0, 0, 1, 1)), "geometry": None},
    )

    answer = await keeper.put("/v1/layers/grid", json=body)

    told = answer.json()
    found = {one["row"]: one["code"] for one in told["rows"]}
    assert answer.status_code == 422
    assert found == {
        2: "double_code", 3: "bad_area", 4: "unknown_parent", 5: "unknown_level", 6: "bad_area",
        7: "parent_below", 8: "outside_parent", 9: "bad_code", 10: "bad_area",
    }  # fmt: skip
    assert told["rows_wrong"] == 9
    assert (told["pointer"], told["code"]) == ("/features/2", "double_code")
    assert await staged(geo) == 0
    assert (await keeper.get("/v1/layers/grid")).status_code == 404


async def test_a_thousand_wrong_rows_are_counted_and_a_hundred_told(
    keeper: httpx.AsyncClient,
) -> None:
    lost = [area(f"c{one}", "cell", "lost", (174.7, -36.9, 174.71, -36.89)) for one in range(1_000)]

    told = (await keeper.put("/v1/layers/grid", json=grid(*lost))).json()

    assert (len(told["rows"]), told["rows_wrong"]) == (100, 1_000)


async def test_a_kept_area_that_would_lose_its_parent_stops_the_import(
    keeper: httpx.AsyncClient,
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    other = cells(area("wlg", "city", None, (174, -42, 176, -41)), kind="division")

    told = (await keeper.put("/v1/layers/grid", json=other)).json()

    assert told["code"] == "unknown_parent"
    assert "c1" in told["detail"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"crs": "the usual one"}, "unknown_crs"), ({"kind": "tile"}, "unknown_kind"),
        ({"kind": "station"}, "other_kind"), ({"crs": "GCJ-02"}, "wrong_crs"),
        ({"crs": "EPSG:2193"}, "wrong_crs"),
    ],
)  # fmt: skip
async def test_what_a_whole_file_is_said_to_be_is_held_against_it(
    keeper: httpx.AsyncClient, wrong: dict[str, str], code: str
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))

    told = (await keeper.post("/v1/layers/grid/preview", json=cells(EAST, **wrong))).json()

    assert told["code"] == code


async def test_a_map_of_another_system_is_converted_where_it_enters(
    keeper: httpx.AsyncClient,
) -> None:
    drawn = area("gate", "city", None, (116.4102, 39.9164, 116.4103, 39.9165))

    await keeper.put("/v1/layers/grid", json=cells(drawn, kind="division", crs="GCJ-02"))
    [[west, south], *_] = (await keeper.get("/v1/cells/gate")).json()["geometry"]["coordinates"][0]

    assert (west, south) == pytest.approx((116.403956, 39.914996), abs=1e-5)


async def test_whoever_releases_is_trusted_with_what_is_replaced_too(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    foreign = cells(area("wlg", "city", None, (174, -42, 176, -41)), kind="division")
    whole = {key: value for key, value in foreign.items() if key != "kind"}
    places = cells(
        {
            **area("s1", "hospital", None, (0, 0, 1, 1)),
            "geometry": {"type": "Point", "coordinates": [174.705, -36.895]},
        },
        kind="key_place",
    )

    async with (
        geo.client(a_subject(Role.ADMINISTRATOR, reach="wlg")) as theirs,
        geo.client(a_subject(Role.ADMINISTRATOR, reach="akl")) as ours,
    ):
        refused = [
            (await theirs.put("/v1/layers/grid", json=whole)).status_code,
            (await theirs.post("/v1/layers/grid/preview", json=foreign)).status_code,
            (await theirs.put("/v1/layers/key-places", json=places)).status_code,
        ]
        taken = await ours.put("/v1/layers/key-places", json=places)

    assert refused == [403, 403, 403]
    assert taken.status_code == 200, taken.text
