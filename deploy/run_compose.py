"""`make up-distributed`: docker-compose.yml as processes of this machine, without Docker.

Everything is read from the file; what is changed is listed in deploy/compose/places.py (ports and
paths) and deploy/compose/images.py (programs in place of images).

`python deploy/run_compose.py stop SERVICE`, and `… start SERVICE`, in one that runs.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from beaconfire_testkit.kafka_jars import KafkaMissing
from compose.deployment import STATE, Deployment
from compose.model import BadFile
from compose.places import PORTS
from compose.programs import CannotStart
from compose.switch import VERBS, ask

ROOT: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = ROOT / ".beaconfire" / "distributed"
EXIT_CANNOT_START: Final = 2
TIMES_TO_KILL: Final = 3


def asked(words: Sequence[str]) -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(prog="make up-distributed ARGS=…", description=__doc__)
    parser.add_argument("--file", type=Path, default=ROOT / "docker-compose.yml")
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder for everything")
    parser.add_argument("--port", type=int, help="the gateway's: 8040 as it comes")
    parser.add_argument("--demo", action="store_true", help="the demo city and its people too")
    parser.add_argument("--scale", action="append", default=[], metavar="SERVICE=N")
    return parser.parse_args(words)


def turned(words: Sequence[str]) -> str:
    """Stop or start one service of the deployment that runs; what was done, or CannotStart."""
    parser = argparse.ArgumentParser(prog=f"run_compose.py {words[0]}", description=__doc__)
    parser.add_argument("service", help="every instance of it")
    parser.add_argument("--data", type=Path, default=FOLDER, help="the running one's folder")
    said = parser.parse_args(words[1:])
    return ask(said.data.resolve() / STATE, words[0], said.service)


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


class Asked:
    """What people ask for by signals: to stop; once more, in vain; a third time, to end now."""

    def __init__(self, deployment: Deployment, starting: "asyncio.Task[None]") -> None:
        """Heard from now on."""
        self.to_stop = asyncio.Event()
        self._times = 0
        self._deployment = deployment
        self._starting = starting
        for one in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(one, self._hear)

    def _hear(self) -> None:
        self._times += 1
        if self._times == 1:
            self.to_stop.set()
            self._starting.cancel()
        elif self._times < TIMES_TO_KILL:
            say("stopping… (once more kills what still runs)")
        else:
            say("killing what still runs")
            self._deployment.cut_off()


def published(port: int | None) -> dict[str, str]:
    """The variable for the gateway's port; BadFile for what is none."""
    if port is None:
        return {}
    if port not in PORTS:
        raise BadFile(f"--port {port}: choose a port from 1 to 65535")
    return {"BEACONFIRE_PORT": str(port)}


async def run(said: argparse.Namespace) -> None:
    """Start, say ready, wait to be asked to stop, stop."""
    demo = {"BEACONFIRE_DEMO": "1"} if said.demo else {}
    deployment = Deployment(
        said.file,
        said.data,
        variables={**os.environ, **published(said.port), **demo},
        profiles=frozenset({"demo"} if said.demo else ()),
        scale=scaled(said.scale),
        say=say,
    )
    starting = asyncio.create_task(deployment.start())
    asked_for = Asked(deployment, starting)
    began = time.monotonic()
    try:
        await starting
    except asyncio.CancelledError:
        say("stopped before it was ready")
        return
    say(
        f"all started in {time.monotonic() - began:.1f} s; logs are in {deployment.folder / 'logs'}"
    )
    say(f"ready {deployment.origin}")
    await asked_for.to_stop.wait()
    say("stopping")
    for name, seconds in (await deployment.stop()).items():
        say(f"{name:<12} stopped {seconds:5.1f} s")


def main(words: Sequence[str]) -> int:
    """Run it; one clear line where it cannot."""
    is_turned = bool(words) and words[0] in VERBS
    try:
        if is_turned:
            say(turned(words))
        else:
            asyncio.run(run(asked(words)))
    except (BadFile, CannotStart, KafkaMissing) as error:
        sys.stderr.write(f"cannot {words[0] if is_turned else 'start'}: {error}\n")
        return EXIT_CANNOT_START
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
