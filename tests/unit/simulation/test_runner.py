"""The whole simulation against a small node over a real port: it reads, reports and stops."""

import asyncio
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

from beaconfire.simulation.callers import Call
from beaconfire.simulation.credentials import Credentials, CrewToken
from beaconfire.simulation.runner import Simulation
from beaconfire_testkit.node import free_port

NOTHING: dict[str, Any] = {"items": [], "next": None}


class SmallNode:
    """What the simulation asks, answered; who asked what with which token is kept."""

    def __init__(self) -> None:
        self.asked: Counter[tuple[str, str, str]] = Counter()
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> dict[str, Any]:
        token = request.headers["authorization"].removeprefix("Bearer ")
        path = request.url.path
        self.asked[request.method, path, token] += 1
        if path == "/v1/clock":
            now = datetime.now(UTC).isoformat()
            return {"business_time": now, "speed": 1.0, "paused": False}
        if path == "/v1/assignments":
            order = {"id": "a1", "unit_id": "unit-1", "incident_id": "i1", "fence": 1}
            return {
                "items": [order | {"status": "dispatched", "address_changed": False}],
                "next": None,
            }
        if path == "/v1/tasks" and token == "desk":
            return {"items": [{"person_id": "worker-1"}], "next": None}
        return NOTHING


async def test_each_person_speaks_with_its_own_token_until_stopped(tmp_path: Path) -> None:
    node, port = SmallNode(), free_port()
    server = uvicorn.Server(uvicorn.Config(node.app, port=port, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn tells it by a flag)
        await asyncio.sleep(0.01)
    crew = CrewToken("unit-1", "A1", 174.7, -36.8, carries_patients=True, token="crew")
    credentials = Credentials(
        f"http://127.0.0.1:{port}", "auckland", "callers", "desk", (crew,), {"worker-1": "worker"}
    )
    credentials.save(tmp_path / "credentials.json")
    simulation = Simulation(Credentials.load(tmp_path / "credentials.json"))
    playing = asyncio.create_task(simulation.run([Call(0, 174.7, -36.8, "fire.alarm", "Bells")]))
    wanted = {
        ("POST", "/v1/reports", "callers"),
        ("POST", "/v1/positions", "crew"),
        ("GET", "/v1/incidents", "desk"),
        ("GET", "/v1/tasks", "worker"),
    }

    async with asyncio.timeout(10):
        while not wanted <= node.asked.keys():  # noqa: ASYNC110  (a counter)
            await asyncio.sleep(0.02)
    playing.cancel()
    await asyncio.gather(playing, return_exceptions=True)
    await simulation.close()
    server.should_exit = True
    await serving

    assert playing.cancelled()
    assert node.asked["POST", "/v1/reports", "callers"] == 1
    assert {path for _, path, token in node.asked if token == "crew"} <= {
        "/v1/positions",
        "/v1/assignments/a1/acknowledge",
    }
    order = simulation.crews["unit-1"].order
    assert order is not None
    assert order.assignment_id == "a1"
