"""`make chaos`: load, faults, quiet, count, controls; one line says what came of it.

Void below thirty faults and two thousand acknowledged reports in three minutes: such a run proves
nothing. So does one whose controls stay green.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import psutil

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.telemetry import configure_logging
from beaconfire_testkit.node import free_port
from chaos.count import CONSUMERS, Books
from chaos.faults import Faults
from chaos.load import Ledger, Load
from chaos.observer import CONTROL, RIGHT, Observer, Trace
from compose.deployment import Deployment
from compose.places import LOOPBACK

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "docker-compose.yml"
MINUTES: Final = 3.0
FAULTS_A_MINUTE_MIN: Final = 10
ACKS_A_MINUTE_MIN: Final = 667
QUIET_S_MAX: Final = 60.0
LOOK_S: Final = 0.5
ASKED_AGAIN_MAX: Final = 500
REFUSED_SHOWN_MAX: Final = 3
LATE_S: Final = 4.0
LATE_KILLS: Final = 3
DATABASE: Final = "chaos"
QUIETLY: Final = {"BEACONFIRE_LOG_LEVEL": "warning"}
DISPATCHER: Final[dict[str, Any]] = {"sign_in": "tama", "name_zh": "塔玛", "name_en": "Tama"}
CENTRE: Final[dict[str, Any]] = {
    "code": "C1", "kind": "centre", "level": "city", "name_zh": "中心", "name_en": "Centre",
    "professional_parent": None, "division": "akl", "zone": "Pacific/Auckland",
}  # fmt: skip


@dataclass(slots=True)
class Findings:
    """What came of a run; every list and every count of a fault is empty or 0 when all held."""

    seed: int
    minutes: float
    faults: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    victims: dict[str, int] = field(default_factory=dict)
    acked: int = 0
    tried_again: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)
    lost: int = 0
    not_once: int = 0
    repeated: int = 0
    answered_otherwise: int = 0
    missing_in_picture: int = 0
    twice_in_picture: int = 0
    trace: Trace | None = None
    deaths: int = 0
    lag_gone_s: float | None = None
    behind: dict[str, int] = field(default_factory=dict)
    set_aside: dict[str, int] = field(default_factory=dict)
    standing_open: int = 0
    connections_more: int = 0
    tasks_failing: int = 0
    control_lost: int = 0
    late_lost: int = 0
    late_acked: int = 0

    @property
    def void(self) -> list[str]:
        """Why this run proves nothing; empty when it does."""
        found: list[str] = []
        if self.faults < FAULTS_A_MINUTE_MIN * self.minutes:
            found.append("too few faults")
        if self.acked < ACKS_A_MINUTE_MIN * self.minutes:
            found.append("too few acknowledged")
        if not self.tried_again:
            found.append("no fault met a report")
        if not self.control_lost:
            found.append("the control consumer lost nothing")
        if not self.late_lost:
            found.append("late writing lost nothing")
        return found

    @property
    def broken(self) -> list[str]:
        """Which promises were not kept."""
        trace = self.trace or Trace(0, 0, 0, 0)
        judged = {
            "acknowledged and lost": self.lost,
            "effects that are not exactly one": self.not_once,
            "keys with more than one report": self.repeated,
            "never answered": self.unanswered,
            "refused": len(self.refused),
            "answered otherwise when asked again": self.answered_otherwise,
            "missing in the picture": self.missing_in_picture,
            "twice in the picture": self.twice_in_picture,
            "deliveries missing": trace.lost,
            "deliveries repeated": trace.repeated,
            "streams out of order": trace.reordered,
            "no deliveries at all": int(not trace.deliveries),
            "lag that stayed": int(self.lag_gone_s is None),
            "parked or quarantined": sum(self.set_aside.values()),
            "transactions standing open": self.standing_open,
            "connections left over": self.connections_more,
            "tasks failing": self.tasks_failing,
        }
        return [f"{what}: {count}" for what, count in judged.items() if count]

    def line(self) -> str:
        """The report in one line."""
        trace = self.trace or Trace(0, 0, 0, 0)
        kinds = ", ".join(f"{kind} {count}" for kind, count in sorted(self.kinds.items()))
        gone = "never" if self.lag_gone_s is None else f"after {self.lag_gone_s:.1f} s"
        return (
            f"chaos seed={self.seed} {self.minutes:g} min: {self.faults} faults ({kinds}); "
            f"{self.acked:,} acked, {self.lost} lost, {self.tried_again} asked again -> "
            f"{self.repeated + self.not_once} not once; {trace.deliveries:,} deliveries, "
            f"{trace.repeated} dup {trace.lost} gap {trace.reordered} reorder; lag gone {gone}; "
            f"controls: {self.control_lost} lost, {self.late_lost} of {self.late_acked} lost; "
            f"{self.standing_open + self.connections_more + self.tasks_failing} left over; "
            f"{self.verdict}"
        )

    @property
    def verdict(self) -> str:
        """Which promises were broken, why it proves nothing, or that all held."""
        said = [f"BROKEN {', '.join(self.broken)}"] if self.broken else []
        said += [f"VOID {', '.join(self.void)}"] if self.void else []
        return "; ".join(said) or "all held"

    def tell(self) -> int:
        """Say what came of it; the exit code of the run."""
        say(self.line())
        for what in self.refused[:REFUSED_SHOWN_MAX]:
            say(f"  refused: {what}")
        return 1 if self.broken or self.void else 0


class Run:
    """One deployment, broken on purpose."""

    def __init__(self, folder: Path, *, minutes: float, seed: int, scale: dict[str, int]) -> None:
        """Nothing runs yet."""
        self._folder = folder
        self._seed = seed
        self._findings = Findings(seed, minutes)
        self._last_fault_at = 0.0
        self._deployment = Deployment(
            FILE, folder / "deployment", scale=scale, say=lambda line: say(f"  {line}"),
            variables=os.environ | QUIETLY | {"BEACONFIRE_PORT": str(free_port())},
        )  # fmt: skip

    async def run(self) -> Findings:
        """Start, break, count, stop."""
        say("starting the deployment")
        await self._deployment.start()
        try:
            return await self._broken()
        finally:
            await self._deployment.stop()

    async def _broken(self) -> Findings:
        found, dsns = self._findings, self._dsns()
        books = Books(dsns)
        token = await asyncio.to_thread(call_taker, self._deployment.origin, dsns["agency"])
        observer = Observer(await self._own_database(), self._kafka(), seed=self._seed)
        await observer.start()
        _, connections = await books.left_over()
        with Ledger(self._folder / "ledger") as ledger:
            load = Load(self._deployment.origin, token, ledger, seed=self._seed)
            faults = Faults(self._deployment, seed=self._seed)
            await self._break(load, faults)
            say(f"{faults.number} faults, {len(load.acked)} acknowledged; waiting for quiet")
            await self._until_quiet(books, observer)
            await observer.stop()
            await self._count(load, faults, books, observer)
            await self._count_left_over(books, connections)
            await observer.close()
            await self._write_late(books, Load(self._deployment.origin, token, ledger, seed=7))
        return found

    async def _break(self, load: Load, faults: Faults) -> None:
        ended = asyncio.Event()

        async def go_on() -> None:
            await faults.go_on_until(ended)
            self._last_fault_at = time.monotonic()

        async with asyncio.TaskGroup() as group:
            group.create_task(load.tell_until(ended))
            group.create_task(go_on())
            await asyncio.sleep(self._findings.minutes * 60)
            ended.set()

    async def _until_quiet(self, books: Books, observer: Observer) -> None:
        """Until nobody is behind what was told; seconds since the last fault, or None: it stays."""
        began = self._last_fault_at
        while time.monotonic() - began < QUIET_S_MAX:
            told = await books.told()
            self._findings.behind = await books.behind(told)
            seen = await observer.heads()
            self._findings.behind[RIGHT] = sum(seen.get(one, 0) != told[one] for one in told)
            is_still = told == await books.told()
            if is_still and not any(self._findings.behind.values()):
                self._findings.lag_gone_s = time.monotonic() - began
                return
            await asyncio.sleep(LOOK_S)

    async def _count(self, load: Load, faults: Faults, books: Books, observer: Observer) -> None:
        found = self._findings
        effects, counted = await books.effects()
        told = await books.told()
        found.faults, found.kinds = faults.number, dict(faults.counts)
        found.victims = dict(faults.victims)
        found.acked, found.unanswered = len(load.acked), len(load.unanswered)
        found.refused = load.refused
        found.tried_again = sum(one.tries > 1 for one in load.reports)
        found.lost = sum(
            one.key not in effects or effects[one.key].report_id != one.report_id
            for one in load.acked
        )
        found.not_once = sum(not one.is_once for one in effects.values())
        found.repeated = sum(number > 1 for number in counted.values())
        found.answered_otherwise = len(await load.asked_again(ASKED_AGAIN_MAX))
        await self._look_at_picture(load)
        found.twice_in_picture = await books.journal_repeats()
        found.trace = await observer.trace(RIGHT, told)
        found.control_lost = (await observer.trace(CONTROL, told)).lost
        found.deaths = observer.deaths
        found.set_aside = await books.set_aside()

    async def _look_at_picture(self, load: Load) -> None:
        async with load.client() as client:
            answer = (await client.get("/v1/picture", timeout=30)).raise_for_status().json()
        shown = {
            name
            for record in answer["records"]
            if (record["kind"], record["source"]) == ("incident", "incident")
            for name in record["data"]["report_ids"]
        }
        self._findings.missing_in_picture = len({one.report_id for one in load.acked} - shown)

    async def _count_left_over(self, books: Books, before: dict[str, int]) -> None:
        found = self._findings
        found.standing_open, after = await books.left_over()
        found.connections_more = sum(
            max(0, number - before[service] - POOL_MORE_MAX) for service, number in after.items()
        )
        for service in CONSUMERS:
            for index in range(len(self._deployment.instances[service])):
                port = self._deployment.port(service, index=index)
                async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
                    said = (await client.get(f"http://{LOOPBACK}:{port}/readyz")).json()
                found.tasks_failing += len(said["tasks"]["failing"])

    async def _write_late(self, books: Books, load: Load) -> None:
        """The same load on a database that answers before it writes: it must lose something."""
        await books.write_late(self._superuser_dsn("postgres"))
        ended = asyncio.Event()
        faults = Faults(self._deployment, seed=self._seed)
        async with asyncio.TaskGroup() as group:
            group.create_task(load.tell_until(ended))
            for _ in range(LATE_KILLS):
                await asyncio.sleep(LATE_S)
                await faults.kill("postgres")
            ended.set()
        effects, _ = await books.effects()
        self._findings.late_acked = len(load.acked)
        self._findings.late_lost = sum(one.key not in effects for one in load.acked)

    async def _own_database(self) -> str:
        connection = await asyncpg.connect(self._superuser_dsn("postgres"))
        await connection.execute(f"create database {DATABASE}")
        await connection.close()
        return self._superuser_dsn(DATABASE)

    def _superuser_dsn(self, database: str) -> str:
        password = (self._deployment.volume("passwords") / "postgres" / "superuser").read_text()
        port = self._deployment.port("postgres")
        return f"postgresql://postgres:{password.strip()}@{LOOPBACK}:{port}/{database}"

    def _environment(self, service: str) -> dict[str, str]:
        pid = self._deployment.instance(service).pid
        assert pid is not None  # noqa: S101  (it was healthy a moment ago)
        return psutil.Process(pid).environ()

    def _dsns(self) -> dict[str, str]:
        return {one: self._environment(one)["BEACONFIRE_DATABASE_URL"] for one in CONSUMERS}

    def _kafka(self) -> KafkaSettings:
        return KafkaSettings.from_environment(self._environment("incident"))


POOL_MORE_MAX: Final = 8
"""A pool is filled under load and empties after a minute; more than this is a leak."""


def call_taker(origin: str, agency_dsn: str) -> str:
    """A centre, somebody who takes its calls, and their token."""
    headers = {"Authorization": f"Bearer {token_of('admin', agency_dsn)}"}
    with httpx.Client(base_url=origin, headers=headers, timeout=20, trust_env=False) as client:

        def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = client.post(path, json=body, headers={"Idempotency-Key": new_id()})
            return answer.raise_for_status().json()

        root = client.get("/v1/bodies").raise_for_status().json()["items"][0]["id"]
        centre = post("/v1/bodies", CENTRE | {"territorial_parent": root})["id"]
        grant = {"role": "dispatcher", "body": centre, "reach": "akl"}
        post("/v1/people", DISPATCHER | {"body": centre, "grants": [grant]})
    return token_of(str(DISPATCHER["sign_in"]), agency_dsn)


def token_of(sign_in: str, agency_dsn: str) -> str:
    """A bearer token, taken out by hand."""
    command = [sys.executable, "-m", "beaconfire", "users", "token", sign_in]
    run = subprocess.run(  # noqa: S603  (our own command)
        [*command, "--database-url", agency_dsn], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def scaled(words: Sequence[str]) -> dict[str, int]:
    """How many instances of which service."""
    return {name: int(number) for name, _, number in (word.partition("=") for word in words)}


def main(words: Sequence[str]) -> int:
    """Run it; the exit code says whether it proved what it should."""
    parser = argparse.ArgumentParser(prog="make chaos ARGS=…", description=__doc__)
    parser.add_argument("--minutes", type=float, default=MINUTES)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000)
    parser.add_argument("--scale", action="append", default=[], metavar="SERVICE=N")
    parser.add_argument("--json", action="store_true")
    said = parser.parse_args(words)
    configure_logging(level="error")
    folder = Path(tempfile.mkdtemp(prefix="beaconfire-chaos-"))
    folder.chmod(0o711)
    try:
        run = Run(folder, minutes=said.minutes, seed=said.seed, scale=scaled(said.scale))
        found = asyncio.run(run.run())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if said.json:
        say(json.dumps({name: str(getattr(found, name)) for name in found.__slots__}))
    return found.tell()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
