"""Is the node alive, is it ready, what does it measure: `/livez`, `/readyz`, `/metrics`."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from beaconfire_platform.access.subject import NOWHERE
from beaconfire_platform.database import TROUBLE, Database
from beaconfire_platform.ground import Service
from beaconfire_platform.log.health import ConsumerHealth, RelayHealth
from beaconfire_platform.log.kafka.refill import HistoryForked
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.process.horizon import HORIZON_S_MAX, Horizon
from beaconfire_platform.process.measures import (
    measure_books,
    measure_consumers,
    measure_lag,
    measure_loop,
    measure_relays,
)
from beaconfire_platform.process.running import Running
from beaconfire_platform.telemetry import TASK_FAILURES
from beaconfire_platform.web.edge import Edge

FAILURES_MAX: Final = 3
"""Steps of a consumer that fail in a row before the node is not ready: one may be a collision."""
READY_BYTES_MIN: Final = 500 * 1024 * 1024
"""Not ready below this, well before there is too little to start with: it still writes."""


@dataclass(slots=True)
class Health:
    """Looks at the parts of the node."""

    pool: asyncpg.Pool
    services: Sequence[Service]
    running: Running
    folder: Path | None = None
    """Where data are kept, if they are kept here."""
    relays: dict[str, RelayHealth] = field(default_factory=dict)
    databases: Sequence[Database] = ()
    """As each service reaches its own: their books are measured."""
    instance: str = ""
    is_draining: bool = False
    """Whether it stops: nothing new is to be sent here."""

    async def findings(self) -> tuple[bool, dict[str, Any]]:
        """Ready or not, and each part's state."""
        try:
            held = await Horizon(self.pool).look()
        except TROUBLE as error:
            return False, {"database": {"ok": False, "error": type(error).__name__}}
        parts: dict[str, Any] = {
            "database": {"ok": True},
            "horizon": {
                "ok": held.seconds < HORIZON_S_MAX,
                "age_s": round(held.seconds, 3),
                "holder": held.holder,
            },
            "consumers": self._consumers(),
            "tasks": self._tasks(),
        }
        if self.folder is not None:
            free = shutil.disk_usage(self.folder).free
            parts["disk"] = {"ok": free > READY_BYTES_MIN, "free_mb": free // 2**20}
        for name, relay in self.relays.items():
            parts[name] = _relay(relay)
        if self.is_draining:
            parts["draining"] = {"ok": False}
        return all(part["ok"] for part in parts.values()), parts

    def _consumers(self) -> dict[str, Any]:
        found = {one.name: one.health for service in self.services for one in service.consumers}
        return {
            "ok": not any(_is_stuck(health) for health in found.values()),
            "failing": {name: health.failing for name, health in found.items() if health.failing},
            "positions": {
                name: {
                    "at": {shard: at.text() for shard, at in health.positions.items()},
                    "applied": health.applied,
                    "ignored": health.ignored,
                    "quarantined": health.quarantined,
                    "parked": health.parked,
                    "waiting": _waiting(health),
                    "failures": health.failures,
                }
                for name, health in found.items()
            },
        }

    def _tasks(self) -> dict[str, Any]:
        failing = self.running.failing()
        return {"ok": not failing, "failing": failing, "failures": dict(self.running.failures)}

    async def measure(self) -> None:
        """Bring every gauge up to date; what is not known now is NaN, and fails nothing."""
        consumers = [one for service in self.services for one in service.consumers]
        measure_relays(self.relays)
        measure_loop()
        for name, times in self.running.failures.items():
            TASK_FAILURES.labels(name).set(times)
        await measure_books(self.databases, self.instance)
        await Horizon(self.pool).measure()
        await measure_lag(consumers)
        measure_consumers(consumers)  # last: while we wait above, a shard may become another's


def _is_stuck(health: ConsumerHealth) -> bool:
    """A log that is away makes nobody unready: each service goes on alone."""
    return health.failures >= FAILURES_MAX and health.failing != LogAway.__name__


def _relay(relay: RelayHealth) -> dict[str, Any]:
    """What is published; a broker that is away makes nobody unready: the table grows meanwhile.

    A database that is older than its topic does: what is told now must not go out, ever. Topics
    that are unfit are named after bodies outside, so by number only: whoever asks need not be
    signed in.
    """
    return {
        "ok": relay.failing != HistoryForked.__name__,
        "active": relay.is_active,
        "at": relay.at.text(),
        "published": relay.published,
        "unfit": len(relay.unfit),
        "failing": relay.failing,
    }


def _waiting(health: ConsumerHealth) -> dict[str, int]:
    """What is parked by number only: whoever asks need not be signed in.

    It makes no node unready, since all other keys go on (R14).
    """
    return {
        "keys": len(health.waiting),
        "facts": sum(health.waiting.values()),
        "overfull": len(health.overfull),
    }


def health_routes(health: Health, edge: Edge) -> APIRouter:
    """The three doors; metrics for this machine, or for a token that may read them."""
    router = APIRouter(tags=["node"])

    @router.get("/livez", operation_id="livez")
    async def livez() -> dict[str, str]:
        """The loop turns."""
        return {"status": "alive"}

    @router.get("/readyz", operation_id="readyz", responses={503: {"description": "not ready"}})
    async def readyz() -> JSONResponse:
        """Ready, and what each part says; the holder of the log's horizon by name."""
        ready, parts = await health.findings()
        status = "ready" if ready else "not ready"
        return JSONResponse({"status": status, **parts}, 200 if ready else 503)

    @router.get("/metrics", operation_id="metrics", response_class=Response)
    async def metrics(request: Request) -> Response:
        """Prometheus text."""
        client = request.client.host if request.client else ""
        if client not in ("127.0.0.1", "::1") or "x-forwarded-for" in request.headers:
            edge.permit_subject(edge.authenticate(request), "metrics.read", NOWHERE)
        await health.measure()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router
