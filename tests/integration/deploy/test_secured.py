"""docker-compose.yml as it is, pointed at secured brokers by its environment alone.

What docs/runbook.md has an operator do first is done here: passwords, users, rights.
"""

import asyncio
import shlex
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Final

import pytest
from tests.integration.deploy.conftest import ROOT, Whole, running_whole

from beaconfire.commands.log_rights import lines_of_rights
from beaconfire.commands.log_status import SOURCES_OF
from beaconfire_platform.log.kafka.client import looking
from beaconfire_platform.log.kafka.settings import SASL_SSL, KafkaSettings
from beaconfire_testkit.kafka_fixtures import running
from beaconfire_testkit.kafka_secure import OPERATOR, SecureBroker

pytestmark = pytest.mark.slow

ACLS: Final = "org.apache.kafka.tools.AclCommand"
INTERNAL: Final = {f"beaconfire.{one}.v1" for one in ("agency", "dispatch", "geo", "incident")}
REFUSED_S_MAX: Final = 60
SIGNED: Final = "kafka-ca.pem"


@pytest.fixture(scope="module")
def passwords(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The volume of that name, made by its own one-shot before anything starts."""
    folder = tmp_path_factory.mktemp("secured") / "passwords"
    script = ROOT / "deploy" / "postgres" / "passwords.py"
    subprocess.run([sys.executable, str(script), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
async def broker(passwords: Path) -> AsyncGenerator[SecureBroker]:
    """A broker by deploy/kafka/secured.properties which knows the users and grants their rights."""
    users = {one: (passwords / one / "kafka").read_text() for one in (*SOURCES_OF, OPERATOR)}
    async with running(lambda kafka, at: SecureBroker(kafka, at, passwords=users)) as made:
        bootstrap = {"BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": made.bootstrap}
        operator = str(made.folder / "operator.properties")
        for line in lines_of_rights(sorted(SOURCES_OF), bootstrap, operator):
            await made.kafka.run(ACLS, *shlex.split(line)[1:])
        for user in users:
            (passwords / user / SIGNED).write_bytes(made.ca_file.read_bytes())
        yield made


@pytest.fixture(scope="module")
async def secured(broker: SecureBroker, passwords: Path) -> AsyncGenerator[Whole]:
    """Everything on it, by four words of the environment."""
    variables = {
        "BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap,
        "BEACONFIRE_KAFKA_SECURITY": SASL_SSL,
        "BEACONFIRE_KAFKA_CA_FILE": f"/run/passwords/{SIGNED}",
    }
    async with running_whole(variables=variables, passwords=passwords) as made:
        yield made


async def test_reports_are_drawn_by_way_of_the_secured_broker_alone(
    secured: Whole, broker: SecureBroker
) -> None:
    assert len(await secured.reports(3)) == 3

    settings = KafkaSettings(
        broker.bootstrap, SASL_SSL, OPERATOR, broker.passwords[OPERATOR], broker.ca_file
    )
    async with looking(settings) as client:
        assert await client.topics() >= INTERNAL
    plain = KafkaSettings(f"127.0.0.1:{secured.deployment.port('kafka', 9092)}")
    async with looking(plain) as client:
        assert not await client.topics() & INTERNAL


async def test_the_plain_broker_of_the_file_gives_a_reader_outside_one_clear_line(
    secured: Whole, broker: SecureBroker, passwords: Path
) -> None:
    plain = f"127.0.0.1:{secured.deployment.port('kafka', 9092)}"

    process = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "examples" / "subscribe.py"),
        *("--bootstrap", plain, "--agency", "power", "--user", "power"),
        *("--password-file", str(passwords / "geo" / "kafka"), "--ca-file", str(broker.ca_file)),
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(REFUSED_S_MAX):
        _, said = await process.communicate()

    assert process.returncode == 2
    [line] = said.decode().splitlines()
    assert line.startswith(f"cannot read beaconfire.shared.power.v1: the brokers at {plain} let ")
