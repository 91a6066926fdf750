"""`make bench`: every section with what has to run for it, the deployment apart only for its own.

The sections of one machine are measured with nothing beside them but, for the log's, one broker.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from beaconfire.bench.end_to_end_apart import PORT, TOKEN
from beaconfire_testkit.memory import server_folder
from beaconfire_testkit.node import free_port
from chaos.run import call_taker
from compose.deployment import Deployment

ROOT: Final = Path(__file__).resolve().parents[1]
APART: Final = "end_to_end_apart"
BENCH: Final = (sys.executable, "-m", "beaconfire", "bench")


def main(words: Sequence[str]) -> int:
    """The first exit code that is not 0, else 0."""
    sections = [one for one in words if not one.startswith("-")]
    options = [one for one in words if one.startswith("-")]
    here = [one for one in sections if one != APART]
    codes: list[int] = []
    if here or not sections:
        command = (sys.executable, "-m", "beaconfire_testkit.with_kafka", *BENCH, *here, *options)
        codes.append(subprocess.run(command, check=False).returncode)  # noqa: S603  (our own)
    if not sections or APART in sections:
        codes.append(asyncio.run(_apart(options)))
    return next((code for code in codes if code), 0)


async def _apart(options: Sequence[str]) -> int:
    folder = server_folder("beaconfire-bench-apart-")
    folder.chmod(0o711)
    port = free_port()
    variables = os.environ | {"BEACONFIRE_PORT": str(port), "BEACONFIRE_LOG_LEVEL": "warning"}
    deployment = Deployment(
        ROOT / "docker-compose.yml", folder / "data", variables=variables, say=lambda _: None
    )
    await deployment.start()
    try:
        environment = deployment.instance("agency").environment()
        url = environment["BEACONFIRE_DATABASE_URL"]
        token = await asyncio.to_thread(call_taker, deployment.origin, url)
        brokers = {"KAFKA_BOOTSTRAP_SERVERS": environment["BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"]}
        process = await asyncio.create_subprocess_exec(
            *BENCH, APART, *options, env=os.environ | brokers | {PORT: str(port), TOKEN: token}
        )
        return await process.wait()
    finally:
        await deployment.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
