"""Kill -9 under load: reports over HTTP with retries while node and database die, then the count.

What was acknowledged must be there, once. A run with too few kills or answers proves nothing and
says so.
"""

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import asyncpg
import httpx
import psutil

from beaconfire_platform.embedded.cluster import Cluster
from beaconfire_platform.ids import new_id
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, NodeProcess, free_port

REPORT_EVERY_S: Final = 0.05
"""Twenty a second: a big city's worst minute."""
ALIVE_S: Final = (1.0, 5.0)
"""How long after each ready the next kill comes: also into start-up's own catching up."""
READY_S_MAX: Final = 60.0
ANSWER_S_MAX: Final = 120.0
"""A caller gives up after this: longer than any start takes."""
KILLS_MAX: Final = 60
"""Where nothing is acknowledged after so many, the run has failed and says what it found."""
TRY_S_MAX: Final = 5.0
AGAIN_S: Final = 0.25
BOTH: Final = ("node", "postgres")
STOP: Final = ("stop",)
"""No kill: somebody presses Ctrl-C in the middle of it all."""
VICTIMS: Final = (BOTH, ("postgres",), ("node",))
_COUNT: Final = """
    with fact as (
        select data->>'report_id' as report_id, count(*) as facts from log.fact
        where type = 'beaconfire.incident.report-received.v1' group by 1
    ), audited as (
        select object as incident_id, count(*) as audits from incident.audit
        where action = 'report.create' and result = 'done' group by 1
    )
    select report.text as words, count(*) as reports,
        coalesce(sum(facts), 0)::int as facts, coalesce(sum(audits), 0)::int as audits
    from incident.report
    left join fact on fact.report_id = report.report_id::text
    left join audited on audited.incident_id = report.incident_id::text
    group by report.text
"""

Line = Callable[[], httpx.AsyncClient]
Plant = Callable[[asyncpg.Connection], Awaitable[None]]


@dataclass(slots=True)
class Told:
    """One report that somebody tells under one key until it is answered."""

    key: str
    lon: float
    lat: float
    tries: int = 0
    report_id: str | None = None
    incident_id: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The report; its words name its key, so that its effects can be counted."""
        return {
            "channel": "phone",
            "type": "fire.structure",
            "text": self.key,
            "position": {"lon": self.lon, "lat": self.lat, "accuracy_m": 20.0},
        }


@dataclass(slots=True)
class Findings:
    """What came of a run."""

    kills: int
    acked: int
    tried_again: int
    ready_s: list[float]
    """How long each start took, the first with the making of the database."""
    unanswered: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    """Reports whose fact or audit row is not there exactly once."""
    answered_otherwise: list[str] = field(default_factory=list)
    """Keys that got another answer when asked again at the end."""
    missing_in_picture: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing twice, nothing told otherwise."""
        return not any(
            (
                self.unanswered, self.refused, self.lost, self.repeated, self.untold,
                self.answered_otherwise, self.missing_in_picture,
            )
        )  # fmt: skip


class KillRun:
    """One node on one folder and one port, killed again and again while reports come in."""

    def __init__(self, folder: NodeFolder, *, seed: int = 1) -> None:
        """Nothing runs yet."""
        self._folder = folder
        self._port = free_port()
        self._random = random.Random(seed)  # noqa: S311  (a test's order, not a secret)
        self._told: list[Told] = []
        self._refused: list[str] = []
        self._ready_s: list[float] = []
        self._kills = 0

    @property
    def acked(self) -> int:
        """How many reports were acknowledged so far."""
        return sum(one.report_id is not None for one in self._told)

    async def run(
        self,
        *,
        kills: int,
        acks: int,
        victims: tuple[tuple[str, ...], ...] = VICTIMS,
        plant: Plant | None = None,
    ) -> Findings:
        """Kill at least so often and until so many were acknowledged; then let the dust settle."""
        node = await self._start()
        token = await asyncio.to_thread(_call_taker, self._folder, node)
        if plant is not None:
            connection = await asyncpg.connect(Cluster.at(self._folder.folder).dsn())
            await plant(connection)
            await connection.close()
            await asyncio.to_thread(node.stop)
            node = await self._start()

        def line() -> httpx.AsyncClient:
            return httpx.AsyncClient(
                base_url=node.origin,
                headers={"Authorization": f"Bearer {token}"},
                timeout=TRY_S_MAX,
                trust_env=False,
                verify=False,  # noqa: S501  (plain HTTP: nothing to verify, and it loads no roots)
            )

        async with asyncio.TaskGroup() as group:
            telling = group.create_task(self._tell_forever(line, group))
            while self._kills < KILLS_MAX and (self._kills < kills or self.acked < acks):
                await asyncio.sleep(self._random.uniform(*ALIVE_S))
                node = await self._kill(node, victims[self._kills % len(victims)])
            telling.cancel()
        return await self._count(node, token, in_database_only=plant is not None)

    async def _start(self) -> NodeProcess:
        node = self._folder.start(port=self._port)
        self._ready_s.append(await asyncio.to_thread(node.until_ready))
        node.listen()
        return node

    async def _kill(self, node: NodeProcess, victims: tuple[str, ...]) -> NodeProcess:
        """SIGKILL; a killed node is started again, a killed database by its node."""
        self._kills += 1
        if victims == STOP:
            code, _ = await asyncio.to_thread(node.stop)
            assert code == 0, node.lines
            return await self._start()
        postmaster = node.postmaster()
        if "node" in victims:
            node.process.send_signal(signal.SIGKILL)
        if "postgres" in victims:
            postmaster.kill()
        if "node" in victims:
            await asyncio.to_thread(node.process.wait)
            return await self._start()
        await _restarted(node, postmaster)
        return node

    async def _tell_forever(self, line: Line, group: asyncio.TaskGroup) -> None:
        """A new report every fiftieth of a second, answered or not."""
        while True:
            one = Told(
                new_id(),
                round(self._random.uniform(170, 178), 5),
                round(self._random.uniform(-45, -35), 5),
            )
            self._told.append(one)
            group.create_task(self._tell(line, one))
            await asyncio.sleep(REPORT_EVERY_S)

    async def _tell(self, line: Line, one: Told) -> None:
        """Ask until answered, under the same key; a refusal that is not for now is a finding.

        Each try has a line of its own: a common pool does not get over what is killed under it.
        """
        headers = {"Idempotency-Key": one.key}
        give_up_at = asyncio.get_running_loop().time() + ANSWER_S_MAX
        while asyncio.get_running_loop().time() < give_up_at:
            one.tries += 1
            try:
                async with line() as client:
                    answer = await client.post("/v1/reports", json=one.body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(AGAIN_S)
                continue
            if answer.status_code == 201:
                told = answer.json()
                one.report_id, one.incident_id = told["report_id"], told["incident_id"]
                return
            if not _may_try_again(answer):
                self._refused.append(f"{answer.status_code} {answer.text[:200]}")
                return
            await asyncio.sleep(AGAIN_S)

    async def _count(self, node: NodeProcess, token: str, *, in_database_only: bool) -> Findings:
        """What came of it; a planted fault has to be found in the database already."""
        findings = Findings(
            kills=self._kills,
            acked=self.acked,
            tried_again=sum(one.tries > 1 for one in self._told),
            ready_s=[round(one, 1) for one in self._ready_s],
            refused=self._refused,
            unanswered=[one.key for one in self._told if one.report_id is None],
        )
        await self._count_in_database(findings)
        if in_database_only:
            return findings
        async with httpx.AsyncClient(
            base_url=node.origin,
            headers={"Authorization": f"Bearer {token}"},
            timeout=PATIENCE_S,
            trust_env=False,
        ) as client:
            await self._count_in_picture(findings, client)
            await self._ask_again(findings, client)
        return findings

    async def _count_in_database(self, findings: Findings) -> None:
        """Each key's effects, as the tables have them."""
        connection = await asyncpg.connect(Cluster.at(self._folder.folder).dsn())
        try:
            rows = {record["words"]: record for record in await connection.fetch(_COUNT)}
        finally:
            await connection.close()
        for one in self._told:
            row = rows.get(one.key)
            if row is None:
                if one.report_id is not None:
                    findings.lost.append(one.key)
                continue
            if row["reports"] != 1:
                findings.repeated.append(one.key)
            if (row["facts"], row["audits"]) != (1, 1):
                findings.untold.append(f"{one.key} facts {row['facts']} audits {row['audits']}")

    async def _count_in_picture(self, findings: Findings, client: httpx.AsyncClient) -> None:
        """Each acknowledged report once in the picture that the consoles see."""
        lost = set(findings.lost)
        acked = {one.report_id for one in self._told if one.report_id and one.key not in lost}
        counted: Counter[str] = Counter()
        for _ in range(100):
            counted = _reports_of((await client.get("/v1/picture")).raise_for_status().json())
            if acked <= counted.keys():
                break
            await asyncio.sleep(AGAIN_S)
        findings.missing_in_picture = sorted(acked - counted.keys())
        findings.repeated.extend(name for name, count in counted.items() if count > 1)

    async def _ask_again(self, findings: Findings, client: httpx.AsyncClient) -> None:
        """Every key once more: the same answer, said to be a replay, and nothing new."""
        for one in self._told:
            if one.report_id is None:
                continue
            answer = await client.post(
                "/v1/reports", json=one.body, headers={"Idempotency-Key": one.key}
            )
            if (
                answer.headers.get("idempotency-replayed") != "true"
                or answer.json()["report_id"] != one.report_id
            ):
                findings.answered_otherwise.append(one.key)


def _may_try_again(answer: httpx.Response) -> bool:
    """The server is away or still answers the same key."""
    if answer.status_code >= 500:
        return True
    return answer.status_code == 409 and "answer_in_flight" in answer.text


def _reports_of(picture: dict[str, Any]) -> Counter[str]:
    return Counter(
        name
        for record in picture["records"]
        if (record["kind"], record["source"]) == ("incident", "incident")
        for name in record["data"]["report_ids"]
    )


async def _restarted(node: NodeProcess, before: psutil.Process) -> None:
    """Wait until the node has another database and says that it is ready."""
    said = "the same database"
    give_up_at = time.monotonic() + READY_S_MAX
    while time.monotonic() < give_up_at:
        await asyncio.sleep(0.1)
        try:
            if node.postmaster().pid == before.pid:
                continue
            answer = await asyncio.to_thread(node.get, "/readyz")
            if answer.is_success:
                return
            said = answer.text
        except (AssertionError, httpx.TransportError, psutil.Error) as error:
            said = repr(error)
    raise AssertionError(f"not ready after {READY_S_MAX} s: {said}\n{node.lines[-40:]}")


def _call_taker(folder: NodeFolder, node: NodeProcess) -> str:
    """A centre, somebody who takes its calls, and their token."""
    headers = {"Authorization": f"Bearer {folder.token('admin')}"}
    with httpx.Client(
        base_url=node.origin, headers=headers, timeout=PATIENCE_S, trust_env=False
    ) as administrator:

        def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
            answer = administrator.post(path, json=body, headers={"Idempotency-Key": new_id()})
            assert answer.is_success, answer.text
            return answer.json()

        root = administrator.get("/v1/bodies").raise_for_status().json()["items"][0]["id"]
        centre = post("/v1/bodies", _CENTRE | {"territorial_parent": root})["id"]
        grant = {"role": "dispatcher", "body": centre, "reach": "akl"}
        post("/v1/people", _CALL_TAKER | {"body": centre, "grants": [grant]})
    return folder.token(str(_CALL_TAKER["sign_in"]))


_CENTRE: Final[dict[str, Any]] = {
    "code": "C1",
    "kind": "centre",
    "level": "city",
    "name_zh": "中心",
    "name_en": "Centre",
    "professional_parent": None,
    "division": "akl",
    "zone": "Pacific/Auckland",
}
_CALL_TAKER: Final[dict[str, Any]] = {"sign_in": "tama", "name_zh": "塔玛", "name_en": "Tama"}
