"""`beaconfire log`: what is parked is seen, asked for with a reason, taken, and audited."""

import asyncio
import json
from typing import Any

import asyncpg
import httpx
import pytest

from beaconfire.commands.log_ask import SKIP, UNPARK
from beaconfire_contracts.envelope import LogPosition
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.ids import new_id
from beaconfire_testkit.node import PATIENCE_S

MY_REPORT = {
    "channel": "phone",
    "type": "medical.chest-pain",
    "text": "Tight pain in the chest",
    "position": {"lon": 174.7631, "lat": -36.8512, "accuracy_m": 20.0},
}
_PARK = """
    insert into situation.parked
        (consumer, source, key, version, fact_id, error, attempts, shard, epoch, txid, row)
    select 'situation', source, key, key_version, id, 'RuntimeError', 3, 'log', 1, txid, row
    from log.fact where source = 'incident' order by txid, row limit 1
    returning key
"""


async def test_a_parked_key_is_seen_asked_for_and_taken_again(city: Any) -> None:
    owner = await asyncpg.connect(Cluster.at(city.folder.folder).dsn())
    key = await owner.fetchval(_PARK)
    seen = city.command("log", "status")
    # the running consumer reads its books anew when its fence is not the last one
    await owner.execute("update situation.position set fence = fence + 1")

    done = city.asked(
        "log", "unpark", "incident", key, "--consumer", "situation", "--reason", "mended"
    )
    audited = await owner.fetchrow(
        "select actor, object from situation.audit where action = $1", UNPARK
    )
    city.client("dana").post("/v1/reports", json=MY_REPORT).raise_for_status()
    for _ in range(200):
        if not await owner.fetchval("select 1 from situation.parked"):
            break
        await asyncio.sleep(0.1)
    asked = await owner.fetchrow("select actor, reason, outcome from situation.unparking")
    await owner.close()

    assert "situation" in seen
    assert f"PARKED situation: incident {key}: RuntimeError, 1 facts" in seen
    assert done.exit_code == 0, done.stderr
    assert audited["actor"].startswith("hand:")
    assert audited["object"] == f"incident/{key}"
    assert (asked["reason"], asked["outcome"]) == ("mended", "taken")
    assert "PARKED" not in city.command("log", "status")


def test_requests_to_a_node_are_counted_by_route(city: Any) -> None:
    city.client("dana").get("/v1/incidents").raise_for_status()
    text = httpx.get(f"{city.node.origin}/metrics", trust_env=False, timeout=PATIENCE_S).text

    assert 'beaconfire_requests_total{method="GET",route="/v1/incidents",status="2xx"}' in text
    assert "beaconfire_log_horizon_seconds" in text
    assert 'beaconfire_consumer_lag_facts{consumer="situation"}' in text
    assert 'beaconfire_consumer_shards_held{consumer="geo"} 1.0' in text
    assert 'beaconfire_consumer_failures{consumer="situation"} 0.0' in text


def test_a_key_that_nobody_parked_is_refused_in_one_line(city: Any) -> None:
    done = city.asked(
        "log", "unpark", "incident", new_id(), "--consumer", "situation", "--reason", "mended"
    )

    assert done.exit_code == 2
    assert done.stderr.startswith("refused: situation has not parked")


async def test_a_fact_is_skipped_by_the_running_node(city: Any) -> None:
    owner = await asyncpg.connect(Cluster.at(city.folder.folder).dsn())
    key = await owner.fetchval(_PARK)
    await owner.execute("update situation.position set fence = fence + 1")

    done = city.asked("log", "skip", "incident", key, "--consumer", "situation", "--reason", "junk")
    city.client("dana").post("/v1/reports", json=MY_REPORT).raise_for_status()
    for _ in range(200):
        if not await owner.fetchval("select 1 from situation.parked"):
            break
        await asyncio.sleep(0.1)
    outcome = await owner.fetchval("select outcome from situation.unparking order by id desc")
    audited = await owner.fetch(
        "select action from situation.audit where action like 'log.skip%' order by id"
    )
    await owner.close()

    assert done.exit_code == 0, done.stderr
    assert outcome == "skipped"
    assert [one["action"] for one in audited] == [SKIP, "log.skipped"]


def test_the_status_of_a_running_node_is_readable_and_for_machines(city: Any) -> None:
    text = city.command("log", "status")
    found = json.loads(city.command("log", "status", "--json"))

    assert "situation  situation                log at 1." in text
    assert found["shape"] == "node"
    lags = {
        name: shards[0]["lag"]
        for service in found["services"]
        for name, shards in service["consumers"].items()
    }
    assert lags.keys() == {"agency", "dispatch", "geo", "incident", "situation"}
    assert all(lag is not None for lag in lags.values())
    first = found["services"][0]
    [[shard]] = first["consumers"].values()
    for told in (first["books"]["head"], shard["at"], first["books"]["places"][0]["at"]):
        assert LogPosition.parse(told).txid > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["skip", "incident", "--consumer", "geo", "--reason", "x"], "name SOURCE and KEY"),
        (["skip", "a", "b", "--quarantined", "--consumer", "geo", "--reason", "x"], "name SOURCE"),
        (["skip", "--quarantined", "--consumer", "geo", "--reason", "x"], "nothing of geo is"),
        (["skip", "incident", "x", "--consumer", "geo", "--reason", " "], "say in --reason"),
        (["skip", "incident", "x", "--consumer", "geo", "--reason", "y"], "geo has not parked"),
        (["status", "--service", "weather"], "there is no service weather"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(
    city: Any, arguments: list[str], said: str
) -> None:
    done = city.asked("log", *arguments)

    assert done.exit_code == 2
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
