"""Reports over HTTP with retries while everything dies; each acknowledgement is on the disk first.

A caller keeps one key until answered, so that what was done twice can be told from what was asked
twice.
"""

import asyncio
import os
import random
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import httpx

from beaconfire_platform.ids import new_id

REPORT_EVERY_S: Final = 0.05
"""Twenty a second: a big city's worst minute."""
TRY_S_MAX: Final = 5.0
AGAIN_S: Final = 0.3
ANSWER_S_MAX: Final = 120.0
CREATED: Final = 201
CONFLICT: Final = 409
AWAY: Final = (502, 503, 504)
"""As a gateway and a service say that somebody is away; any other error of theirs is a fault."""


@dataclass(slots=True)
class Report:
    """One report that somebody tells under one key until it is answered."""

    key: str
    lon: float
    lat: float
    tries: int = 0
    report_id: str | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The report; its words name its key, so that its effects can be counted."""
        return {
            "channel": "phone",
            "type": "fire.structure",
            "text": self.key,
            "position": {"lon": self.lon, "lat": self.lat, "accuracy_m": 20.0},
        }


class Ledger:
    """A file in which an acknowledgement is for sure before it counts."""

    def __init__(self, path: Path) -> None:
        """Begins empty."""
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)

    def write(self, key: str, report_id: str) -> None:
        """One line, on the disk when this returns."""
        os.write(self._descriptor, f"{key} {report_id}\n".encode())
        os.fdatasync(self._descriptor)

    def __enter__(self) -> Self:
        """Open already."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        os.close(self._descriptor)


class Load:
    """Callers at one origin, twenty a second."""

    def __init__(self, origin: str, token: str, ledger: Ledger, *, seed: int) -> None:
        """`token` may create reports; the same seed draws the same places."""
        self._headers = {"Authorization": f"Bearer {token}"}
        self._origin = origin
        self._ledger = ledger
        self._random = random.Random(seed)  # noqa: S311  (places, not secrets)
        self.reports: list[Report] = []
        self.refused: list[str] = []

    @property
    def acked(self) -> list[Report]:
        """Those that were answered."""
        return [one for one in self.reports if one.report_id is not None]

    @property
    def unanswered(self) -> list[str]:
        """The keys of those that gave up."""
        return [one.key for one in self.reports if one.report_id is None]

    def client(self) -> httpx.AsyncClient:
        """A client of the callers'."""
        return httpx.AsyncClient(
            base_url=self._origin, headers=self._headers, timeout=TRY_S_MAX, trust_env=False,
            limits=httpx.Limits(max_connections=60),
        )  # fmt: skip

    async def tell_until(self, ended: asyncio.Event) -> None:
        """New reports until the end; returns when each is answered or has given up.

        By the clock: who is late has more to tell at once, as callers do not wait for each other.
        """
        loop = asyncio.get_running_loop()
        async with self.client() as client, asyncio.TaskGroup() as group:
            due_at = loop.time()
            while not ended.is_set():
                lon, lat = self._random.uniform(170, 178), self._random.uniform(-45, -35)
                one = Report(new_id(), round(lon, 5), round(lat, 5))
                self.reports.append(one)
                group.create_task(self._tell(client, one))
                due_at += REPORT_EVERY_S
                await asyncio.sleep(due_at - loop.time())

    async def _tell(self, client: httpx.AsyncClient, one: Report) -> None:
        headers = {"Idempotency-Key": one.key}
        give_up_at = asyncio.get_running_loop().time() + ANSWER_S_MAX
        while asyncio.get_running_loop().time() < give_up_at:
            one.tries += 1
            try:
                answer = await client.post("/v1/reports", json=one.body, headers=headers)
            except httpx.TransportError:
                await asyncio.sleep(AGAIN_S)
                continue
            if answer.status_code == CREATED:
                report_id = str(answer.json()["report_id"])
                self._ledger.write(one.key, report_id)
                one.report_id = report_id
                return
            if not _may_try_again(answer):
                self.refused.append(f"{answer.status_code} {answer.text[:200]}")
                return
            await asyncio.sleep(AGAIN_S)

    async def asked_again(self, most: int) -> list[str]:
        """The keys of some answered reports that get another answer when asked once more."""
        acked = self.acked
        some = acked if len(acked) <= most else self._random.sample(acked, most)
        otherwise: list[str] = []
        async with self.client() as client:
            for one in some:
                answer = await client.post(
                    "/v1/reports", json=one.body, headers={"Idempotency-Key": one.key}
                )
                is_replay = answer.headers.get("idempotency-replayed") == "true"
                if not is_replay or answer.json()["report_id"] != one.report_id:
                    otherwise.append(one.key)
        return otherwise


def _may_try_again(answer: httpx.Response) -> bool:
    """Somebody is away, or still answers the same key."""
    if answer.status_code in AWAY:
        return True
    return answer.status_code == CONFLICT and "answer_in_flight" in answer.text
