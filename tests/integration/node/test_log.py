"""`beaconfire log`: what is parked is seen, asked for with a reason, taken, and audited."""

import asyncio
import subprocess
import sys
from typing import Any

import asyncpg
import httpx

from beaconfire.commands.log import ACTION
from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.ids import new_id

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


def _command(city: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "beaconfire", "log", *arguments,
         "--data", str(city.folder.folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


async def test_a_parked_key_is_seen_asked_for_and_taken_again(city: Any) -> None:
    owner = await asyncpg.connect(Cluster.at(city.folder.folder).dsn())
    key = await owner.fetchval(_PARK)
    seen = city.command("log", "status")
    # the running consumer reads its books anew when its fence is not the last one
    await owner.execute("update situation.position set fence = fence + 1")

    done = _command(
        city, "unpark", "incident", key, "--consumer", "situation", "--reason", "mended"
    )
    audited = await owner.fetchrow(
        "select actor, object from situation.audit where action = $1", ACTION
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
    assert done.returncode == 0, done.stderr
    assert audited["actor"].startswith("hand:")
    assert audited["object"] == f"incident/{key}"
    assert (asked["reason"], asked["outcome"]) == ("mended", "taken")
    assert "PARKED" not in city.command("log", "status")


def test_requests_to_a_node_are_counted_by_route(city: Any) -> None:
    city.client("dana").get("/v1/incidents").raise_for_status()
    text = httpx.get(f"{city.node.origin}/metrics", trust_env=False).text

    assert 'beaconfire_requests_total{method="GET",route="/v1/incidents",status="2xx"}' in text
    assert "beaconfire_log_horizon_seconds" in text
    assert 'beaconfire_consumer_failures{consumer="situation"} 0.0' in text


def test_a_key_that_nobody_parked_is_refused_in_one_line(city: Any) -> None:
    done = _command(
        city, "unpark", "incident", new_id(), "--consumer", "situation", "--reason", "mended"
    )

    assert done.returncode == 2
    assert done.stderr.startswith("refused: situation has not parked")
