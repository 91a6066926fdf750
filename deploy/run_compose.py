"""`make up-distributed`: docker-compose.yml as processes of this machine, without Docker.

Everything is read from the file; what is changed is listed in deploy/compose/places.py (ports and
paths) and deploy/compose/images.py (programs in place of images).
"""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from beaconfire_testkit.kafka_jars import KafkaMissing
from compose.deployment import CannotStart, Deployment
from compose.model import BadFile

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / ".beaconfire" / "distributed"
EXIT_CANNOT_START: Final = 2


def asked(words: Sequence[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="make up-distributed ARGS=…", description=__doc__)
    parser.add_argument("--file", type=Path, default=ROOT / "docker-compose.yml")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder for everything")
    parser.add_argument("--port", type=int, help="the gateway's: 8040 as it comes")
    parser.add_argument("--demo", action="store_true", help="the demo city and its people too")
    parser.add_argument("--scale", action="append", default=[], metavar="SERVICE=N")
    return parser.parse_args(words)


def scaled(words: Sequence[str]) -> dict[str, int]:
    """How many instances of which service; BadFile for anything but `dispatch=2`."""
    found: dict[str, int] = {}
    for word in words:
        name, _, number = word.partition("=")
        if not number.isdecimal() or int(number) < 1:
            raise BadFile(f"--scale {word}: is written dispatch=2")
        found[name] = int(number)
    return found


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def run(said: argparse.Namespace) -> None:
    """Start, say ready, wait to be asked to stop, stop."""
    port = {} if said.port is None else {"BEACONFIRE_PORT": str(said.port)}
    demo = {"BEACONFIRE_DEMO": "1"} if said.demo else {}
    deployment = Deployment(
        said.file,
        said.data,
        variables={**os.environ, **port, **demo},
        profiles=frozenset({"demo"} if said.demo else ()),
        scale=scaled(said.scale),
        say=say,
    )
    loop = asyncio.get_running_loop()
    starting = asyncio.create_task(deployment.start())
    asked_to_stop = asyncio.Event()

    def stop() -> None:
        asked_to_stop.set()
        starting.cancel()

    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop)
    began = loop.time()
    try:
        await starting
    except asyncio.CancelledError:
        say("stopped before it was ready")
        return
    say(f"all started in {loop.time() - began:.1f} s; logs are in {deployment.folder / 'logs'}")
    say(f"ready {deployment.origin}")
    await asked_to_stop.wait()
    say("stopping")
    for name, seconds in (await deployment.stop()).items():
        say(f"{name:<12} stopped {seconds:5.1f} s")


def main(words: Sequence[str]) -> int:
    """Run it; one clear line where it cannot."""
    try:
        asyncio.run(run(asked(words)))
    except (BadFile, CannotStart, KafkaMissing) as error:
        sys.stderr.write(f"cannot start: {error}\n")
        return EXIT_CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
