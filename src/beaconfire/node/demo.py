"""The demo beside the node: lays the city out once, tells the desks' passwords, plays its people.

The people are a process of their own with their own scoped tokens; this module starts it when the
node serves and stops it before the node stops.
"""

import asyncio
import base64
import contextlib
import json
import os
import secrets
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

import beaconfire_agency.main
from beaconfire.demo.cast import DESKS
from beaconfire.demo.city import CITIES, load_city
from beaconfire.demo.seed import Seeder, new_passwords
from beaconfire.node.options import CannotStart
from beaconfire.simulation.credentials import Credentials
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database

SPEED_DEFAULT: Final = 30.0
"""A busy town at thirty times: a call every few seconds, a drive of a quarter of a minute."""
ADMIN: Final = "admin"
LAYING_OUT: Final = timedelta(minutes=15)
STOP_S_MAX: Final = 2.0
PASSWORD_BYTES: Final = 10
Say = Callable[[str], None]
_log: Final = structlog.get_logger(__name__)


def check_city(name: str | None) -> None:
    """CannotStart for a city that we do not carry."""
    if name is not None and name not in CITIES:
        raise CannotStart(f"--demo {name}: choose one of {', '.join(CITIES)}")


class Demo:
    """One demo city at one node."""

    def __init__(self, city: str, folder: Path, origin: str, say: Say) -> None:
        """`folder` is the node's; what the demo keeps lies in `demo` below it."""
        self._city = city
        self._folder = folder / "demo"
        self._origin = origin
        self._say = say
        self._people: asyncio.subprocess.Process | None = None

    @property
    def _credentials(self) -> Path:
        return self._folder / "credentials.json"

    @property
    def _begun(self) -> Path:
        return self._folder / "begun.json"

    async def prepare(self, agency: Database) -> None:
        """Lay the city out if it is not there yet, and tell this start's passwords."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        token = await beaconfire_agency.main.issue_bearer(agency, ADMIN, life=LAYING_OUT)
        if not self._credentials.exists():
            seeder = Seeder(self._origin, token, load_city(self._city), self._say)
            (await seeder.run()).save(self._credentials)
        passwords = await new_passwords(self._origin, token, _password)
        self._say("people of this start, told this once:")
        for desk in DESKS:
            self._say(f"  {desk.sign_in:<6} {passwords[desk.sign_in]}  {desk.name_en}")

    async def begin(self, clock: RunningClock) -> None:
        """Start the city's people; the replay goes on where it was."""
        known = Credentials.load(self._credentials)
        if known.origin != self._origin:
            replace(known, origin=self._origin).save(self._credentials)
        if not self._begun.exists():
            self._begun.write_text(json.dumps({"begun_at": clock.now().isoformat()}))
        begun_at = json.loads(self._begun.read_text())["begun_at"]
        self._people = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "beaconfire",
            "simulate",
            "--credentials",
            str(self._credentials),
            "--begun",
            begun_at,
            stdin=asyncio.subprocess.DEVNULL,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    async def end(self) -> None:
        """Stop the city's people."""
        people = self._people
        if people is None or people.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            people.terminate()
        try:
            async with asyncio.timeout(STOP_S_MAX):
                await people.wait()
        except TimeoutError:
            _log.warning("demo_people_killed")
            people.kill()
            await people.wait()


def _password() -> str:
    """Sixteen letters and digits in groups: eighty random bits, to be typed once."""
    text = base64.b32encode(secrets.token_bytes(PASSWORD_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
