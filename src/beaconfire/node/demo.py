"""The demo beside the node: lays the city out once, tells the desks' passwords, plays its people.

The people are a process of their own with their own scoped tokens; this module starts it when the
node serves, lets it live the city's first hours, and stops it before the node stops.
"""

import asyncio
import base64
import contextlib
import os
import secrets
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import structlog

import beaconfire_agency.main
from beaconfire.demo.begun import HOURS, Begun
from beaconfire.demo.cast import DESKS
from beaconfire.demo.city import CITIES, load_city, replay_length
from beaconfire.demo.seed import Seeder, new_passwords
from beaconfire.node.options import default_folder
from beaconfire.simulation.credentials import Credentials
from beaconfire_platform.clock import RunningClock, wall_now
from beaconfire_platform.database import Database
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_platform.process.pace import Pace

SPEED_DEFAULT: Final = 30.0
"""A busy town at thirty times: a call every few seconds, a drive of a quarter of a minute."""
HISTORY_SPEED: Final = 480.0
"""Three hours in half a minute: as fast as the measured replay of a day."""
SETTLING_SPEED: Final = 60.0
SETTLING: Final = timedelta(minutes=6)
"""The last minutes of the first hours: what rushed ahead falls into step before anybody looks."""
HISTORY_S_MAX: Final = 180.0
"""A machine that is too slow for the first hours opens its doors after this many seconds."""
LOOK_EVERY_S: Final = 0.1
ADMIN: Final = "admin"
LAYING_OUT: Final = timedelta(minutes=15)
STOP_S_MAX: Final = 2.0
PASSWORD_BYTES: Final = 10
AGENCYS: Final = " --database-url URL, with the URL of agency's own database"
"""Not the URL itself: a password may stand in it."""
Say = Callable[[str], None]
_LIST: Final = ", ".join(desk.sign_in for desk in DESKS)
_log: Final = structlog.get_logger(__name__)


def check_city(name: str | None) -> None:
    """CannotStart for a city that we do not carry."""
    if name is not None and name not in CITIES:
        raise CannotStart(f"--demo {name}: choose one of {', '.join(CITIES)}")


class Demo:
    """One demo city at one node."""

    def __init__(
        self, city: str, folder: Path, origin: str, say: Say, *, is_apart: bool = False
    ) -> None:
        """`folder` is the node's; what the demo keeps lies in `demo` below it.

        Where the services run apart there is no node in it, and people are agency's own database's.
        """
        self._city = city
        self._folder = folder / "demo"
        self._origin = origin
        self._say = say
        self._is_apart = is_apart
        self._people: asyncio.subprocess.Process | None = None
        self._story: tuple[Begun, timedelta] | None = None

    @property
    def credentials(self) -> Path:
        """Where the people's tokens are kept."""
        return self._folder / "credentials.json"

    @property
    def _begun(self) -> Path:
        return self._folder / "begun.json"

    async def prepare(self, agency: Database) -> None:
        """Lay the city out if it is not there yet; its passwords are told this once.

        A later start leaves them, and with them whoever is signed in, as they are.
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self.credentials.exists():
            known = Credentials.load(self.credentials)
            if known.origin != self._origin:
                replace(known, origin=self._origin).save(self.credentials)
            where = AGENCYS if self._is_apart else _node_in(self._folder.parent)
            self._say(f"sign in as {_LIST}; a new password: {_new_password(where)}")
            return
        token = await beaconfire_agency.main.issue_bearer(agency, ADMIN, life=LAYING_OUT)
        seeder = Seeder(self._origin, token, load_city(self._city), self._say)
        credentials = await seeder.run()
        passwords = await new_passwords(self._origin, token, _password)
        self._say("people and their passwords, told this once:")
        for desk in DESKS:
            self._say(f"  {desk.sign_in:<6} {passwords[desk.sign_in]}  {desk.name_en}")
        credentials.save(self.credentials)  # last: whoever was not told starts over

    async def begin(self, clock: RunningClock, pace: Pace) -> None:
        """Start the city's people, who live its first hours first; the calls go on where they were.

        Afterwards the clock runs at the speed at which it was found.
        """
        begun = Begun.load(self._begun)
        begun = Begun.at(clock.now()) if begun is None else begun.resumed(clock.now())
        begun.save(self._begun)
        self._story = (begun, replay_length(self._city))
        usual_speed = pace.usual_speed
        self._people = await self._play(begun, hurrying=usual_speed < HISTORY_SPEED)
        if begun.lives_until is None:
            return
        try:
            async with asyncio.timeout(HISTORY_S_MAX):
                await self._live(begun, begun.lives_until, clock, pace)
        except TimeoutError:
            _log.warning("first_hours_cut_short", until=begun.lives_until.isoformat())
        pace.set(speed=usual_speed)
        begun.lived().save(self._begun)

    def begun_at(self) -> datetime:
        """Business time of the first call, where there is no node: now, the first time."""
        begun = Begun.load(self._begun)
        if begun is None:
            begun = Begun.at(wall_now()).lived()
            begun.save(self._begun)
        return begun.begun_at

    async def _play(self, begun: Begun, *, hurrying: bool) -> asyncio.subprocess.Process:
        """The people's process; while the first hours are before them they hurry the clock."""
        hurry = begun.lives_until is not None and hurrying
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "beaconfire",
            "simulate",
            "--credentials",
            str(self.credentials),
            "--begun",
            begun.begun_at.isoformat(),
            *(("--speed", str(HISTORY_SPEED)) if hurry else ()),
            stdin=asyncio.subprocess.DEVNULL,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
        )

    async def _live(self, begun: Begun, until: datetime, clock: RunningClock, pace: Pace) -> None:
        """Wait for the end of the first hours, telling each; people who died are not waited for."""
        told = 0
        while (now := clock.now()) < until:
            if (hour := begun.hour_at(now)) > told:
                self._say(f"the city lives its first hours: {hour} of {HOURS}")
                told = hour
            if self._people is not None and self._people.returncode is not None:
                _log.warning("first_hours_without_people", code=self._people.returncode)
                return
            if now >= until - SETTLING and pace.usual_speed > SETTLING_SPEED:
                pace.set(speed=SETTLING_SPEED)
            await asyncio.sleep(LOOK_EVERY_S)

    def round_at(self, now: datetime) -> int | None:
        """Which time the calls are told; None before anybody tells them."""
        if self._story is None:
            return None
        begun, length = self._story
        return begun.round_at(now, length)

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


def _new_password(where: str) -> str:
    """The command as it can be typed here: this program, and where its people are."""
    program = sys.argv[0] if Path(sys.argv[0]).name == "beaconfire" else "beaconfire"
    return f"{program} users password NAME{where}"


def _node_in(folder: Path) -> str:
    return "" if folder == default_folder() else f" --data {shlex.quote(str(folder))}"


def _password() -> str:
    """Sixteen letters and digits in groups: eighty random bits, to be typed once."""
    text = base64.b32encode(secrets.token_bytes(PASSWORD_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))
