"""Positions over HTTP: rows refused by themselves, units by right, tracks paged and audited."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.ids import UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import POOL_CONNECTIONS_MAX
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject


async def a_unit(geo: ServiceUnderTest, division: str) -> str:
    unit = replace(an_example_of(UnitRegistered), unit_id=UnitId(new_id()), division=division)
    await geo.tell(unit)
    await geo.catch_up()
    return str(unit.unit_id)


async def test_a_gateway_moves_its_units_and_each_wrong_row_is_named(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    ours, theirs = await a_unit(geo, "akl.north"), await a_unit(geo, "wlg")
    gateway = geo.client(a_subject(Role.ADMINISTRATOR, reach="akl"))
    now = wall_now()
    fix = {"unit_id": ours, "lon": 174.7, "lat": -36.9, "observed_at": now.isoformat()}
    ahead = (now + timedelta(hours=1)).isoformat()
    old = (now - timedelta(days=8)).isoformat()

    answer = await gateway.post(
        "/v1/positions",
        json={"fixes": [fix, fix | {"observed_at": ahead}, fix | {"observed_at": old},
                        fix | {"unit_id": theirs}]},
    )  # fmt: skip
    latest = (await desk.get("/v1/positions")).json()["items"]

    told = answer.json()
    assert (answer.status_code, told["received"], told["moved"], told["refused"]) == (202, 1, 1, 3)
    assert [(one["row"], one["code"], one["pointer"]) for one in told["rows"]] == [
        (1, "ahead_of_clock", "/fixes/1/observed_at"),
        (2, "too_old", "/fixes/2/observed_at"),
        (3, "not_found", "/fixes/3/unit_id"),
    ]
    assert latest == []  # nothing is written yet


async def test_as_many_tracks_at_once_as_there_are_connections_hold_nobody_up(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    unit, now = await a_unit(geo, "akl"), wall_now()
    asked = {"from": (now - timedelta(seconds=200)).isoformat(), "to": now.isoformat()}

    answers = await asyncio.gather(
        *(
            desk.get(f"/v1/units/{unit}/track", params=asked)
            for _ in range(2 * POOL_CONNECTIONS_MAX)
        )
    )

    assert {one.status_code for one in answers} == {200}


async def test_a_track_is_read_page_by_page_by_right_and_stands_in_the_audit(
    geo: ServiceUnderTest, desk: httpx.AsyncClient
) -> None:
    unit, now = await a_unit(geo, "akl"), wall_now()
    crew = geo.client(a_subject(Role.FIELD, unit_id=unit))
    fixes = [
        {"unit_id": unit, "lon": 174.7 + second / 1e4, "lat": -36.9,
         "observed_at": (now - timedelta(seconds=second)).isoformat()}
        for second in (100, 2, 1)
    ]  # fmt: skip
    await crew.post("/v1/positions", json={"fixes": fixes})
    assert geo.service.close is not None
    await geo.service.close()
    asked = {"from": (now - timedelta(seconds=200)).isoformat(), "to": now.isoformat(), "limit": 2}
    path = f"/v1/units/{unit}/track"

    first = (await desk.get(path, params=asked)).json()
    rest = (await desk.get(path, params=asked | {"cursor": first["next"]})).json()
    refused = await geo.client(a_subject(Role.DISPATCHER, reach="wlg")).get(path, params=asked)
    viewer = await geo.client(a_subject(Role.VIEWER)).get(path, params=asked)
    [latest] = (await desk.get("/v1/positions")).json()["items"]

    assert [one["lon"] for one in (*first["items"], *rest["items"])] == [174.71, 174.7002, 174.7001]
    assert rest["next"] is None
    assert (refused.status_code, viewer.status_code) == (404, 403)
    assert latest["is_stale"] is False
    audited = await geo.ground.database.pool.fetchval(
        "select count(*) from audit where action = 'track.read' and result = 'done'"
    )
    assert audited == 2
