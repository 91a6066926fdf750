"""The services apart on three brokers: two are lost, and services take reports as ever.

All five run, one instance each, as docker-compose.yml says; only its one broker is replaced by a
cluster that keeps three copies. Nothing can be published meanwhile. When the brokers are back,
everything reaches the picture, and each of it once.
"""

import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import yaml
from tests.integration.deploy.conftest import ROOT, SERVICES, Whole, running_whole
from tests.integration.deploy.under_load import (
    SOME,
    asked,
    comes,
    more,
    reports,
    require_once,
)

from beaconfire_testkit.kafka_cluster import Brokers
from beaconfire_testkit.node import PATIENCE_S

pytestmark = pytest.mark.slow

COPIES: Final = 3
PREFIX: Final = f"l{os.getpid()}"
_WAITING: Final = f"""
    select r.txid, r.row, (
        select count(*) from log.fact f
        where f.source = 'incident' and (f.txid, f.row) > (r.txid, r.row)
    ) as facts
    from incident.relayed r where r.topic = '{PREFIX}.incident.v1'
"""


def on_brokers(bootstrap: str) -> dict[str, Any]:
    """docker-compose.yml with brokers of somebody else's in place of its own."""
    said = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
    del said["services"]["kafka"]
    for service in said["services"].values():
        service.get("depends_on", {}).pop("kafka", None)
        if "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS" in service.get("environment", {}):
            service["environment"] |= {
                "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
                "BEACONFIRE_KAFKA_PREFIX": PREFIX,
                "BEACONFIRE_KAFKA_REPLICATION": str(COPIES),
            }
    for config in said["configs"].values():
        config["file"] = str(ROOT / config["file"])
    return said


@pytest.fixture(scope="module")
async def on_three(
    three_kafkas: Brokers, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Whole]:
    """Everything, on three brokers of which all run."""
    await three_kafkas.start()
    file = tmp_path_factory.mktemp("three") / "compose.yml"
    file.write_text(yaml.safe_dump(on_brokers(three_kafkas.bootstrap)))
    async with running_whole(file) as running:
        yield running
        await three_kafkas.start()


async def degraded(whole: Whole) -> dict[str, bool]:
    """Of each service, whether it says that its consumer cannot go on; it is ready all the same."""
    found: dict[str, bool] = {}
    async with httpx.AsyncClient(trust_env=False, timeout=PATIENCE_S) as http:
        for service in SERVICES:
            answer = await http.get(f"http://127.0.0.1:{whole.deployment.port(service)}/readyz")
            assert answer.status_code == 200, f"{service}: {answer.text}"
            found[service] = service in answer.json()["consumers"]["failing"]
    return found


async def waiting(whole: Whole) -> tuple[int, list[Any]]:
    """How many facts of incident wait to be published, and behind which place."""
    [row] = await asked(whole.dsn("incident"), _WAITING)
    return row["facts"], [row["txid"], row["row"]]


async def test_two_of_three_are_lost_and_what_was_reported_meanwhile_is_told_when_they_return(
    on_three: Whole, three_kafkas: Brokers, tmp_path: Path
) -> None:
    async def says_so() -> bool:
        return all((await degraded(on_three)).values())

    async with reports(on_three, tmp_path, seed=3) as before:
        await more(before)
    await require_once(on_three, before)
    for node in three_kafkas.nodes[:2]:
        await node.kill()
    async with reports(on_three, tmp_path, seed=4) as load:
        await more(load)
        some, place = await waiting(on_three)
        await comes(says_so)
        await more(load)
        all_of_them, still = await waiting(on_three)
    told_again = [one.key for one in load.reports if one.tries > 1 or one.report_id is None]

    await three_kafkas.start()
    await require_once(on_three, load)

    assert still == place, "something was acknowledged by fewer brokers than must have it"
    assert all_of_them >= some + len(load.acked) - SOME > some
    assert told_again == [], "each is answered 201 when it is first told"
