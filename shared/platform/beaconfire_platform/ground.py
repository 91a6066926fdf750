"""What a service stands on, and what it gives back to whoever runs it: a node or a process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpx
from fastapi import APIRouter

from beaconfire_platform.access.tokens import Verifier
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import Database
from beaconfire_platform.log.consumer import Consumer
from beaconfire_platform.log.health import RelayHealth
from beaconfire_platform.log.listener import Listener
from beaconfire_platform.log.port import FactLog
from beaconfire_platform.positions import PositionStream
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.session import RememberedExchange
from beaconfire_platform.web.socket import Accept


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a service is given: its database, the log, the clock, who verifies, who answers.

    `http` reaches the other services at one origin with this service's own token. `instance` names
    this process among those of its service.
    """

    database: Database
    log: FactLog
    clock: Clock
    verifier: Verifier
    edge: Edge
    http: httpx.AsyncClient
    positions: PositionStream
    instance: str


class Publishing(Protocol):
    """What publishes a table of a service beside its facts."""

    health: RelayHealth

    async def run(self) -> None:
        """Publish until cancelled, or finished."""
        ...

    def finish(self) -> None:
        """End `run` once what was told so far is published."""
        ...


@dataclass(slots=True)
class Service:
    """A built service: routes, consumers, listeners, loops; whoever runs it starts and stops them.

    `begin` is called once before anything runs, and may have a line to tell people. A loop runs
    until cancelled; `publishers` by name. `close` is called after all of them have ended.
    `exchange` is agency's: whoever runs it wraps the application in a `SessionDoor` over it.
    `sockets` are websocket doors by path, opened on the same port (`web/socket.py`).
    """

    name: str
    router: APIRouter
    consumers: list[Consumer] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    loops: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    publishers: dict[str, Publishing] = field(default_factory=dict)
    close: Callable[[], Awaitable[None]] | None = None
    exchange: RememberedExchange | None = None
    sockets: dict[str, Accept] = field(default_factory=dict)
    begin: Callable[[], Awaitable[str | None]] | None = None
