"""Maps on their way in over HTTP: answered at once, checked beside, released whole or not."""

from typing import Any

import httpx
import pytest

from beaconfire_contracts.facts.geo import LayerReleased
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.ids import new_id
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject

from .import_parts import BOW, all_checked, checked, opened, sent

IN_EAST = {"lon": 174.715, "lat": -36.895}


async def test_a_map_is_previewed_row_by_row_and_comes_into_force_when_it_is_released(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    one = await opened(keeper)
    taken = await sent(keeper, one, grid(WEST, EAST))
    waiting = (await keeper.get(f"/v1/layer-imports/{one}")).json()

    ready = await checked(geo, keeper, one)
    before = await keeper.get("/v1/layers/grid")
    released = await keeper.post(f"/v1/layer-imports/{one}/release")
    again = await keeper.post(f"/v1/layer-imports/{one}/release")

    assert (taken.status_code, taken.json()["state"]) == (202, "checking"), taken.text
    assert waiting["preview"] is None
    assert (ready["state"], ready["rows"], ready["rows_read"]) == ("ready", 3, 3), ready
    assert sorted(ready["preview"]["added"]) == ["akl", "c1", "c2"]
    assert before.status_code == 404
    assert released.json()["areas"] == 3, released.text
    assert again.json() == released.json()
    assert len(await geo.told(LayerReleased)) == 1
    page = (await keeper.get("/v1/layers/grid", params={"level": "cell"})).json()
    assert [one["path"] for one in page["items"]] == ["akl.c1", "akl.c2"]


async def test_cells_alone_replace_cells_as_they_do_at_once(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    one = await opened(keeper, kind="cell")
    await sent(keeper, one, {"type": "FeatureCollection", "features": [EAST]})

    ready = await checked(geo, keeper, one)
    released = await keeper.post(f"/v1/layer-imports/{one}/release")

    assert (ready["preview"]["added"], ready["preview"]["removed"]) == (["c2"], ["c1"]), ready
    assert released.json()["areas"] == 2


@pytest.mark.parametrize(
    ("features", "code", "row"),
    [
        ([WEST, BOW], "bad_area", 2),
        ([WEST, WEST], "double_code", 2),
        ([area("c4", "cell", "lost", (174.7, -36.9, 174.71, -36.89))], "unknown_parent", 1),
        ([{**WEST, "properties": {"code": "c1"}}], "invalid", 1),
    ],
)
async def test_a_wrong_row_is_named_and_nothing_is_staged(
    geo: ServiceUnderTest,
    keeper: httpx.AsyncClient,
    features: list[dict[str, Any]],
    code: str,
    row: int,
) -> None:
    one = await opened(keeper)
    await sent(keeper, one, grid(*features))

    told = await checked(geo, keeper, one)
    released = await keeper.post(f"/v1/layer-imports/{one}/release")

    assert told["state"] == "refused"
    assert (told["problem"]["code"], told["problem"]["rows"][0]["row"]) == (code, row), told
    assert (released.status_code, released.json()["code"]) == (409, "import_not_ready")
    assert await geo.ground.database.pool.fetchval("select count(*) from area") == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "unreadable_json"), (b"[]", "invalid"), (b'{"type":"Feature"}', "invalid"),
        (b'{"type":"FeatureCollection","features":[]}', "invalid"),
        (b'{"type":"FeatureCollection","features":[{}],"more":1}', "invalid"),
        (b'{"type":"FeatureCollection","features":[{"a":NaN}]}', "unreadable_json"),
        (b'{"type":"FeatureCollection","features":[{"a":1,"a":1}]}', "unreadable_row"),
        (b'{"type":"FeatureCollection","features":[],"crs":"GCJ-02"}', "wrong_crs"),
        (b'{"type":"FeatureCollection","features":[],"kind":"cell"}', "other_kind"),
    ],
)  # fmt: skip
async def test_what_is_no_map_is_refused(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, body: bytes, code: str
) -> None:
    one = await opened(keeper)
    await sent(keeper, one, body)

    told = await checked(geo, keeper, one)

    assert (told["state"], told["problem"]["code"]) == ("refused", code), told


async def test_nothing_but_a_map_is_taken_in_and_only_once(keeper: httpx.AsyncClient) -> None:
    one = await opened(keeper)

    text = await keeper.put(f"/v1/layer-imports/{one}/map", content=b"code,level",
                            headers={"Content-Type": "text/csv"})  # fmt: skip
    empty = await sent(keeper, one, b"")
    first, second = await sent(keeper, one, grid(WEST)), await sent(keeper, one, grid(WEST))
    nowhere = await sent(keeper, new_id(), grid(WEST))

    assert (text.status_code, text.json()["code"]) == (415, "unsupported_media")
    assert (empty.status_code, empty.json()["code"]) == (422, "empty_map")
    assert (first.status_code, second.json()["code"]) == (202, "import_not_open")
    assert nowhere.status_code == 404


async def test_an_import_is_seen_by_whoever_opened_it_alone_and_its_tops_are_asked_for(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    await keeper.put("/v1/layers/grid", json=grid(WEST))
    mine = await opened(keeper)
    async with (
        geo.client(a_subject(Role.ADMINISTRATOR, reach="wlg")) as theirs,
        geo.client(a_subject(Role.DISPATCHER)) as desk,
    ):
        one = await opened(theirs, layer="other")
        await sent(theirs, one, grid(EAST))
        await all_checked(geo)
        refused = [
            (await theirs.get(f"/v1/layer-imports/{mine}")).status_code,
            (await theirs.get(f"/v1/layer-imports/{one}")).status_code,
            (await theirs.post(f"/v1/layer-imports/{one}/release")).status_code,
            (await desk.post("/v1/layer-imports", json={"layer": "a", "crs": "WGS84"})).status_code,
        ]

    assert refused == [404, 403, 403, 403]


async def test_a_version_that_came_meanwhile_is_not_overwritten(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    one = await opened(keeper)
    await sent(keeper, one, grid(WEST, EAST))
    await checked(geo, keeper, one)
    await keeper.put("/v1/layers/grid", json=grid(WEST))

    released = await keeper.post(f"/v1/layer-imports/{one}/release")

    assert (released.status_code, released.json()["code"]) == (409, "layer_moved_on")


async def test_an_import_that_nobody_checks_any_more_is_told_to_be_lost(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    one = await opened(keeper)
    await sent(keeper, one, grid(WEST))
    await geo.ground.database.pool.execute(
        "update layer_import set seen_at = seen_at - interval '1 minute'"
    )

    assert (await keeper.get(f"/v1/layer-imports/{one}")).json()["state"] == "lost"
