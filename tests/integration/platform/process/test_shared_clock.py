"""A service that runs apart has agency's clock: its speed, its pause, and its own while alone."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.service_token import ServiceToken
from beaconfire_platform.access.tokens import Minter, Verifier, new_signing_key
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.process import shared_clock
from beaconfire_platform.process.clock_routes import clock_routes
from beaconfire_platform.process.pace import Pace
from beaconfire_platform.process.shared_clock import LOOK_S, follow_clock_forever
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.gate import Gate
from beaconfire_testkit.service import ServiceUnderTest

NEAR = timedelta(seconds=5)
HEARD_S_MAX = 20
MINTER = Minter(new_signing_key(), name="geo")


class Agency:
    """Agency's clock behind its real routes, which may be away or talk nonsense."""

    def __init__(self, running: ServiceUnderTest) -> None:
        self.clock = RunningClock()
        self.says: bytes | None = None
        self.is_away = False
        self.asked = 0
        edge = Edge(running.ground.database, Verifier(lambda _: MINTER.public_key))
        app = FastAPI()
        app.include_router(clock_routes(edge, self.clock, Pace(self.clock), lambda _: 1))
        self._app = Gate(app)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked += 1
        if self.is_away:
            raise httpx.ConnectError("away")
        if self.says is None:
            await self._app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": self.says})


@pytest.fixture
def agency(running: ServiceUnderTest) -> Agency:
    return Agency(running)


@asynccontextmanager
async def following(agency: Agency, clock: RunningClock) -> AsyncGenerator["asyncio.Task[None]"]:
    http = httpx.AsyncClient(
        transport=httpx.ASGITransport(app=agency),
        base_url="http://test",
        auth=ServiceToken("geo", MINTER),
    )
    async with http:
        task = asyncio.create_task(follow_clock_forever(http, clock))
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def until(is_so: Callable[[], Any]) -> None:
    async with asyncio.timeout(HEARD_S_MAX):
        while not is_so():  # noqa: ASYNC110  (nobody has an event of it)
            await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_clock, "LOOK_S", 0.02)


async def test_speed_and_pause_are_agencys(agency: Agency) -> None:
    agency.clock.set(speed=600.0)
    agency.clock.follow(
        shared_clock.ClockState(
            agency.clock.now() + timedelta(hours=3), agency.clock.state.wall_at, 600.0, paused=False
        )
    )
    clock = RunningClock()
    async with following(agency, clock):
        await until(lambda: clock.state.speed == 600.0)
        assert abs(clock.now() - agency.clock.now()) < NEAR * 600

        agency.clock.set(speed=2.0)
        await until(lambda: clock.state.speed == 2.0)
        assert abs(clock.now() - agency.clock.now()) < NEAR * 2

        agency.clock.set(paused=True)
        await until(lambda: clock.state.paused)
        stood_at = clock.now()
        await asyncio.sleep(0.1)
        assert clock.now() == stood_at == agency.clock.now()

        agency.clock.set(paused=False)
        await until(lambda: not clock.state.paused)
        assert clock.now() >= stood_at
    assert LOOK_S == 1.0
    assert Role.SERVICE.value == "service"


@pytest.mark.parametrize("said", [b"", b"{", b"[]", b"{}", b"null", b'{"business_time": 7}',
                                  b'{"business_time": "yesterday"}'])  # fmt: skip
async def test_while_agency_is_away_it_runs_on_as_it_did(agency: Agency, said: bytes) -> None:
    agency.clock.set(speed=60.0)
    clock = RunningClock()
    async with following(agency, clock) as task:
        await until(lambda: clock.state.speed == 60.0)
        if said:
            agency.says = said
        else:
            agency.is_away = True
        seen = agency.asked
        await until(lambda: agency.asked >= seen + 3)
        before = clock.now()
        await asyncio.sleep(0.05)
        assert clock.now() - before >= timedelta(seconds=0.05 * 50)
        assert clock.state.speed == 60.0
        assert not task.done()

        agency.is_away, agency.says = False, None
        agency.clock.set(speed=3.0)
        await until(lambda: clock.state.speed == 3.0)
