"""`make bench`: every section with what has to run for it, the deployment apart only for its own.

The sections of one machine are measured with nothing beside them but, for the log's, one broker.
"""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from beaconfire.bench.database import fdatasync_per_s
from beaconfire.bench.end_to_end import Way, our_way
from beaconfire.bench.end_to_end_apart import PORT, TOKEN
from beaconfire.bench.report import header, print_lines, print_table
from beaconfire_testkit.memory import server_folder
from beaconfire_testkit.node import free_port
from chaos import recovery
from chaos.count import Books
from chaos.run import call_taker
from compose.deployment import Deployment

ROOT: Final = Path(__file__).resolve().parents[1]
APART: Final = "end_to_end_apart"
RECOVERY: Final = "recovery"
BENCH: Final = (sys.executable, "-m", "beaconfire", "bench")


def main(words: Sequence[str]) -> int:
    """The first exit code that is not 0, else 0."""
    sections = [one for one in words if not one.startswith("-")]
    options = [one for one in words if one.startswith("-")]
    apart = [one for one in (APART, RECOVERY) if one in sections or not sections]
    here = [one for one in sections if one not in apart]
    codes: list[int] = []
    if here or not sections:
        command = (sys.executable, "-m", "beaconfire_testkit.with_kafka", *BENCH, *here, *options)
        codes.append(subprocess.run(command, check=False).returncode)  # noqa: S603  (our own)
    if apart:
        codes.append(asyncio.run(_apart(apart, options)))
    return next((code for code in codes if code), 0)


async def _apart(sections: Sequence[str], options: Sequence[str]) -> int:
    """Those that need a whole deployment, on one; the worse of their exit codes."""
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
        code = await _end_to_end(environment, port, token, options) if APART in sections else 0
        if RECOVERY in sections:
            code = max(code, await _recovery(deployment, our_way(port, token), folder, options))
        return code
    finally:
        await deployment.stop()
        shutil.rmtree(folder, ignore_errors=True)


async def _end_to_end(
    environment: Mapping[str, str], port: int, token: str, options: Sequence[str]
) -> int:
    brokers = {"KAFKA_BOOTSTRAP_SERVERS": environment["BEACONFIRE_KAFKA_BOOTSTRAP_SERVERS"]}
    process = await asyncio.create_subprocess_exec(
        *BENCH, APART, *options, env=os.environ | brokers | {PORT: str(port), TOKEN: token}
    )
    return await process.wait()


async def _recovery(deployment: Deployment, way: Way, folder: Path, options: Sequence[str]) -> int:
    dsns = {
        one: deployment.instance(one).environment()["BEACONFIRE_DATABASE_URL"]
        for one in recovery.SERVICES
    }
    load_before = os.getloadavg()[0]
    figures = await recovery.measure(deployment, way, Books(dsns), folder)
    head = header(load_before=load_before, fdatasync_per_s=fdatasync_per_s())
    (print_lines if "--json" in options else print_table)(head, figures)
    return int(not all(one.passed for one in figures))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
