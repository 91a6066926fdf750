"""Callers who ask until they are answered: what was answered is on the disk before it counts."""

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from tests.integration.deploy.conftest import until

from beaconfire_platform.process.server import Server
from beaconfire_testkit.node import free_port
from chaos import load
from chaos.load import Ledger, Load

CREATED: Final = 201
REPORTS: Final = 6
Reply = Callable[[str, int], Response]


class Desk:
    """A real server of reports, which answers as the test says."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.asked: dict[str, int] = {}
        self.bodies: list[dict[str, Any]] = []
        self.port = free_port()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def _report(self, request: Request) -> Response:
        key = request.headers["idempotency-key"]
        self.asked[key] = self.asked.get(key, 0) + 1
        self.bodies.append(await request.json())
        return self._reply(key, self.asked[key])

    @asynccontextmanager
    async def open(self) -> AsyncGenerator["Desk"]:
        app = Starlette(routes=[Route("/v1/reports", self._report, methods=["POST"])])
        server = Server(
            uvicorn.Config(app, port=self.port, log_config=None, lifespan="off", ws="none")
        )
        serving = asyncio.create_task(server.serve())
        await until(lambda: server.started)
        try:
            yield self
        finally:
            server.should_exit = True
            await serving


def answered(key: str, replayed: bool = False) -> Response:
    headers = {"Idempotency-Replayed": "true"} if replayed else {}
    return JSONResponse({"report_id": f"r-{key}"}, CREATED, headers)


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "AGAIN_S", 0.01)
    monkeypatch.setattr(load, "REPORT_EVERY_S", 0.01)


async def told(desk: Desk, folder: Path, seconds: float = 20) -> Load:
    """What is told until the desk was asked of some reports, or this long if it never is."""

    async def asked_of_some() -> None:
        with contextlib.suppress(TimeoutError):
            await until(lambda: len(desk.asked) >= REPORTS, seconds)
        ended.set()

    ended = asyncio.Event()
    with Ledger(folder / "ledger") as ledger:
        calls = Load(desk.origin, "token", ledger, seed=7)
        async with asyncio.TaskGroup() as both:
            both.create_task(asked_of_some())
            both.create_task(calls.tell_until(ended))
    return calls


async def test_each_acknowledgement_is_a_line_of_its_key_and_its_report(tmp_path: Path) -> None:
    async with Desk(lambda key, _: answered(key)).open() as desk:
        calls = await told(desk, tmp_path)

    lines = (tmp_path / "ledger").read_text().splitlines()
    assert len(lines) == len(calls.acked) == len(calls.reports) > 3
    assert set(lines) == {f"{one.key} r-{one.key}" for one in calls.reports}
    assert {one["text"] for one in desk.bodies} == set(desk.asked), "the words name the key"
    assert calls.refused == calls.unanswered == []


async def test_it_is_on_the_disk_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, on_disk = os.fdatasync, list[str]()

    def synced(descriptor: int) -> None:
        really(descriptor)
        on_disk.append((tmp_path / "ledger").read_text())

    with monkeypatch.context() as watched, Ledger(tmp_path / "ledger") as ledger:
        watched.setattr(os, "fdatasync", synced)
        ledger.write("k1", "r1")
        ledger.write("k2", "r2")

    assert on_disk == ["k1 r1\n", "k1 r1\nk2 r2\n"]
    assert (tmp_path / "ledger").stat().st_mode & 0o077 == 0


async def test_who_cannot_write_it_down_does_not_count_it(tmp_path: Path) -> None:
    async with Desk(lambda key, _: answered(key)).open() as desk:
        ledger = Ledger(tmp_path / "ledger")
        ledger.__exit__(None, None, None)
        calls, ended = Load(desk.origin, "token", ledger, seed=7), asyncio.Event()
        with pytest.raises(ExceptionGroup) as raised:
            await calls.tell_until(ended)

    assert raised.group_contains(OSError)
    assert calls.reports
    assert calls.acked == []


@pytest.mark.parametrize(
    "first",
    [
        JSONResponse({"code": "unavailable"}, 503),
        JSONResponse({"code": "away"}, 502),
        JSONResponse({"code": "answer_in_flight"}, 409),
    ],
    ids=lambda first: str(first.status_code),
)
async def test_who_is_away_or_busy_is_asked_again_with_the_same_key(
    first: Response, tmp_path: Path
) -> None:
    def reply(key: str, times: int) -> Response:
        return first if times < 3 else answered(key)

    async with Desk(reply).open() as desk:
        calls = await told(desk, tmp_path)

    assert set(desk.asked.values()) == {3}
    assert {one.tries for one in calls.reports} == {3}
    assert len(calls.acked) == len(calls.reports) == len(desk.asked)


@pytest.mark.parametrize("code", [400, 401, 403, 409, 422, 500])
async def test_a_refusal_is_told_and_not_asked_again(code: int, tmp_path: Path) -> None:
    async with Desk(lambda *_: JSONResponse({"code": "odd"}, code)).open() as desk:
        calls = await told(desk, tmp_path)

    assert set(desk.asked.values()) == {1}
    assert len(calls.refused) == len(calls.unanswered) == len(calls.reports)
    assert calls.refused[0].startswith(f"{code} ")
    assert (tmp_path / "ledger").read_text() == ""


async def test_who_is_never_answered_gives_up_and_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "ANSWER_S_MAX", 1)
    nobody = Desk(lambda key, _: answered(key))

    calls = await told(nobody, tmp_path, seconds=0.2)

    assert calls.unanswered == [one.key for one in calls.reports]
    assert all(one.tries > 1 for one in calls.reports)


async def test_the_same_seed_tells_of_the_same_places(tmp_path: Path) -> None:
    async with Desk(lambda key, _: answered(key)).open() as desk:
        first, second = await told(desk, tmp_path), await told(desk, tmp_path)

    number = min(len(first.reports), len(second.reports))
    places = [[(one.lon, one.lat) for one in calls.reports[:number]] for calls in (first, second)]
    assert places[0] == places[1]
    assert len(set(places[0])) == number


async def test_an_answer_that_is_not_repeated_alike_is_noticed(tmp_path: Path) -> None:
    wrong: set[str] = set()

    def reply(key: str, times: int) -> Response:
        if times == 1 and len(wrong) < 2:
            wrong.add(key)
        if times == 1:
            return answered(key)
        first, *others = sorted(wrong)
        if key == first:
            return answered(key)  # done once more
        return answered("another" if key in others else key, replayed=True)

    async with Desk(reply).open() as desk:
        calls = await told(desk, tmp_path)
        otherwise = await calls.asked_again(500)

    assert set(otherwise) == wrong
    assert len(calls.acked) > 2
