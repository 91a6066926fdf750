"""`make chaos`: load, faults, quiet, count, controls; one line says what came of it."""

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, Final

import asyncpg
import httpx
import psutil

from beaconfire_platform.ids import new_id
from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.telemetry import configure_logging
from beaconfire_testkit.node import free_port
from chaos.count import Books
from chaos.effects import consumed
from chaos.faults import SERVICES, Faults
from chaos.findings import Findings, say
from chaos.left_over import LET_GO_S_MAX, Held, failing_of, held_by_all, not_let_go, origins
from chaos.load import Ledger, Load
from chaos.observer import CONTROLS, RIGHT, WITNESS, Observer
from chaos.races import races
from chaos.trace import disagreeing, trace_of
from compose.deployment import Deployment
from compose.places import LOOPBACK

ROOT: Final = Path(__file__).resolve().parents[2]
FILE: Final = ROOT / "docker-compose.yml"
MINUTES: Final = 3.0
QUIET_S_MAX: Final = 60.0
LOOK_S: Final = 0.5
ASKED_AGAIN_MAX: Final = 500
POOL_MORE_MAX: Final = 2
"""Of an instance, once its pool has let go of what load filled it with: what may be in hand."""
LATE_S: Final = 4.0
LATE_KILLS: Final = 3
DATABASE: Final = "chaos"
EXIT_INTERRUPTED: Final = 130
QUIETLY: Final = {"BEACONFIRE_LOG_LEVEL": "warning"}
DISPATCHER: Final[dict[str, Any]] = {"sign_in": "tama", "name_zh": "塔玛", "name_en": "Tama"}
CENTRE: Final[dict[str, Any]] = {
    "code": "C1", "kind": "centre", "level": "city", "name_zh": "中心", "name_en": "Centre",
    "professional_parent": None, "division": "akl", "zone": "Pacific/Auckland",
}  # fmt: skip


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
        await asyncio.to_thread(tell_outside, self._deployment.origin, dsns["agency"])
        own = await self._own_database()
        observer = Observer(own, self._kafka(), seed=self._seed)
        await observer.start()
        (_, connections), held = await books.left_over(), await self._held()
        with Ledger(self._folder / "ledger") as ledger:
            load = Load(self._deployment.origin, token, ledger, seed=self._seed)
            faults = Faults(self._deployment, seed=self._seed)
            await self._break(load, faults)
            say(f"{faults.number} faults, {len(load.acked)} acknowledged; waiting for quiet")
            await self._until_quiet(books, observer)
            found.not_back = await self._not_back()
            await observer.stop()
            await self._count(load, faults, books)
            await self._judge(books, observer)
            found.races = await races(own)
            await self._count_left_over(books, connections, held)
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
            for name in (RIGHT, WITNESS):
                seen = await observer.heads(name)
                self._findings.behind[name] = sum(seen.get(one, 0) != told[one] for one in told)
            is_still = told == await books.told()
            if is_still and not any(self._findings.behind.values()):
                self._findings.lag_gone_s = time.monotonic() - began
                return
            await asyncio.sleep(LOOK_S)

    async def _not_back(self) -> dict[str, str]:
        """Which instances are not well again in time, and what they are."""
        ones = {
            f"{name}/{one.index}": one
            for name in SERVICES for one in self._deployment.instances[name]
        }  # fmt: skip
        began = time.monotonic()
        while time.monotonic() - began < QUIET_S_MAX:
            if all(one.health == "healthy" for one in ones.values()):
                break
            await asyncio.sleep(LOOK_S)
        return {name: one.health for name, one in ones.items() if one.health != "healthy"}

    async def _count(self, load: Load, faults: Faults, books: Books) -> None:
        found = self._findings
        effects, counted = await books.effects()
        found.faults = faults.number
        found.killed, found.stopped = dict(faults.killed), dict(faults.stopped)
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
        found.set_aside = await books.set_aside()

    async def _judge(self, books: Books, observer: Observer) -> None:
        """Hold what took effect, at everybody, against all that was told."""
        found = self._findings
        facts, told = await books.facts(), await books.told()
        seen = {one: await observer.deliveries(one) for one in (RIGHT, WITNESS, *CONTROLS)}
        traces = {one: trace_of(deliveries, facts) for one, deliveries in seen.items()}
        found.trace = traces[RIGHT]
        found.consumers = await consumed(books, facts) | {WITNESS: traces[WITNESS]}
        found.disagreeing = disagreeing(seen[RIGHT], seen[WITNESS])
        found.controls = {name: traces[name].wrong for name in CONTROLS}
        found.facts_missing = sum(told.values()) - len(facts)
        found.deaths = observer.deaths

    async def _look_at_picture(self, load: Load) -> None:
        async with load.client() as client:
            try:
                answer = (await client.get("/v1/picture", timeout=30)).raise_for_status().json()
            except httpx.HTTPError:  # whoever should show it is not back, and shows nothing
                answer = {"records": []}
        shown = {
            name
            for record in answer["records"]
            if (record["kind"], record["source"]) == ("incident", "incident")
            for name in record["data"]["report_ids"]
        }
        self._findings.missing_in_picture = len({one.report_id for one in load.acked} - shown)

    async def _held(self) -> dict[str, list[Held]]:
        return await held_by_all(origins(self._deployment, SERVICES))

    async def _count_left_over(
        self, books: Books, before: dict[str, int], held: dict[str, list[Held]]
    ) -> None:
        found, places = self._findings, origins(self._deployment, SERVICES)
        found.tasks_failing, silent = await failing_of(places)
        found.not_back |= silent
        gone = {name.partition("/")[0] for name in found.not_back}
        answering = {name: ones for name, ones in places.items() if name not in gone}
        found.held_more = await not_let_go(held, lambda: held_by_all(answering))
        until = time.monotonic() + LET_GO_S_MAX
        while True:
            found.standing_open, after = await books.left_over()
            found.connections_more = sum(
                max(0, number - before[service] - POOL_MORE_MAX * len(places[service]))
                for service, number in after.items()
            )
            if not found.connections_more or time.monotonic() > until:
                break
            await asyncio.sleep(LOOK_S)

    async def _write_late(self, books: Books, load: Load) -> None:
        """The same load on a database that answers before it writes: it must lose something."""
        await books.write_late(self._superuser_dsn("postgres"))
        faults = Faults(self._deployment, seed=self._seed)
        telling = asyncio.create_task(load.tell_until(asyncio.Event()))
        try:
            for _ in range(LATE_KILLS):
                await asyncio.sleep(LATE_S)
                await faults.kill("postgres")
        finally:
            # who was not answered is nobody's loss, and may never be: a history was forked (R7)
            telling.cancel()
            await asyncio.wait({telling})
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
        return {one: self._environment(one)["BEACONFIRE_DATABASE_URL"] for one in SERVICES}

    def _kafka(self) -> KafkaSettings:
        return KafkaSettings.from_environment(self._environment("incident"))


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


def tell_outside(origin: str, agency_dsn: str) -> None:
    """A subscription of the centre: it is told what it sees, as a body outside would be."""
    headers = {"Authorization": f"Bearer {token_of('admin', agency_dsn)}"}
    with httpx.Client(base_url=origin, headers=headers, timeout=20, trust_env=False) as client:
        bodies = client.get("/v1/bodies").raise_for_status().json()["items"]
        [body] = [one["id"] for one in bodies if one["code"] == CENTRE["code"]]
        asked = {"Idempotency-Key": new_id()}
        client.post("/v1/subscriptions", json={"body": body}, headers=asked).raise_for_status()


def token_of(sign_in: str, agency_dsn: str) -> str:
    """A bearer token, taken out by hand."""
    command = [sys.executable, "-m", "beaconfire", "users", "token", sign_in]
    run = subprocess.run(  # noqa: S603  (our own command)
        [*command, "--database-url", agency_dsn], capture_output=True, text=True, check=True
    )
    return run.stdout.strip()


def scaled(words: Sequence[str]) -> dict[str, int]:
    """How many instances of which service."""
    return {name: int(number) for name, _, number in (word.partition("=") for word in words)}


async def or_interrupted(running: Coroutine[Any, Any, Findings]) -> Findings:
    """Whoever ends us early ends it as an error would: what is paused goes on, all is stopped."""
    task = asyncio.ensure_future(running)
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, task.cancel)
    return await task


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
        found = asyncio.run(or_interrupted(run.run()))
    except asyncio.CancelledError:
        say("interrupted: everything was stopped, nothing was counted")
        return EXIT_INTERRUPTED
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if said.json:
        say(json.dumps({name: str(getattr(found, name)) for name in found.__slots__}))
    return found.tell()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
