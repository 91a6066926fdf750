"""Staged areas count only once their version is released."""

import httpx
import pytest

from beaconfire_contracts.vocabulary import Role
from beaconfire_geo.adapters.layer_desk import PgLayerDesk
from beaconfire_geo.adapters.levels import load_levels
from beaconfire_geo.adapters.postgres import AREAS_PER_STAGE_MAX
from beaconfire_geo.entrypoints.layer_schemas import LayerIn
from beaconfire_testkit.grid import EAST, WEST, area, grid
from beaconfire_testkit.service import ServiceUnderTest, a_subject


async def test_more_areas_than_one_transaction_takes_are_staged_and_unseen_till_released(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient
) -> None:
    count = AREAS_PER_STAGE_MAX + 5
    cells = [
        area(f"c{n}", "cell", "akl", (174 + n / 10_000, -37, 174 + (n + 1) / 10_000, -36.9))
        for n in range(count)
    ]
    desk = PgLayerDesk(geo.ground.database, load_levels())

    staged = await desk.stage(LayerIn.model_validate(grid(*cells)).of("grid"))
    before = await desk.newest("grid")
    released = await keeper.put("/v1/layers/grid", json=grid(*cells))
    page = await desk.page(
        "grid", released.json()["version"], level="cell", after="", limit=count + 1
    )

    assert (staged.areas, before) == (count + 1, None)
    assert staged.sha256 == released.json()["sha256"]
    assert len(page) == count


async def test_what_is_staged_and_not_released_is_let_go_of_and_what_is_released_stays(
    geo: ServiceUnderTest, keeper: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beaconfire_geo.adapters.postgres.AREAS_PER_STAGE_MAX", 2)
    monkeypatch.setattr("beaconfire_geo.adapters.layer_desk.AREAS_PER_STAGE_MAX", 2)
    first = (await keeper.put("/v1/layers/grid", json=grid(WEST))).json()
    told = {"idempotency-key": "once"}
    await keeper.put("/v1/layers/grid", json=grid(WEST, EAST), headers=told)
    pool = geo.ground.database.pool

    other = await keeper.put("/v1/layers/grid", json=grid(EAST), headers=told)

    left = await pool.fetch("select version, count(*) from area group by version order by 1")
    assert other.json()["code"] == "idempotency_mismatch"
    assert [tuple(one) for one in left] == [(first["version"], 2), (first["version"] + 1, 3)]


async def test_nobody_but_a_keeper_releases(geo: ServiceUnderTest) -> None:
    async with geo.client(a_subject(Role.SHIFT_LEADER)) as leader:
        assert (await leader.put("/v1/layers/grid", json=grid())).status_code == 403
