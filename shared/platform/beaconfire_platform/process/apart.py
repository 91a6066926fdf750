"""A service that runs apart: from its environment to `ready`, and drained when it is asked to stop.

The node runs the same services in one process (`beaconfire up`); here each has a process, a
database and its topics on Kafka.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

import asyncpg
import httpx
import uvloop
from fastapi import APIRouter

from beaconfire_contracts.topics import TOPICS
from beaconfire_platform.access.key_file import BadKeyFile, KeyFileOpen, usable_key
from beaconfire_platform.access.public_keys import PublicKeys
from beaconfire_platform.access.revocation import revocation_listener
from beaconfire_platform.access.service_token import ServiceToken
from beaconfire_platform.access.tokens import Minter, Verifier
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import Database, nothing_to_reset
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ground import Ground, Publishing, Service
from beaconfire_platform.log.kafka.log import KafkaLog
from beaconfire_platform.log.kafka.positions import KafkaPositionStream
from beaconfire_platform.log.kafka.presence import Presence
from beaconfire_platform.log.kafka.relay import Relay
from beaconfire_platform.log.kafka.self_check import RightsTooWide, check_rights
from beaconfire_platform.log.port import LogAway
from beaconfire_platform.neighbours import Neighbours
from beaconfire_platform.process.app import application, gated
from beaconfire_platform.process.cannot_start import (
    EXIT_CANNOT_START,
    CannotStart,
    log_level,
    reading_settings,
)
from beaconfire_platform.process.clock_routes import clock_routes
from beaconfire_platform.process.given_server import check_server
from beaconfire_platform.process.health import Health, health_routes
from beaconfire_platform.process.horizon import Horizon
from beaconfire_platform.process.kept_clock import KeptClock
from beaconfire_platform.process.listening import Port, listen
from beaconfire_platform.process.logins import role_of
from beaconfire_platform.process.pace import Pace
from beaconfire_platform.process.running import Running
from beaconfire_platform.process.server import Server, server_for
from beaconfire_platform.process.settings import ProcessSettings
from beaconfire_platform.process.settled import settled
from beaconfire_platform.process.shared_clock import follow_clock_forever
from beaconfire_platform.process.trust import trust_for
from beaconfire_platform.schema import NewerSchema, ServiceSchema, migrate
from beaconfire_platform.telemetry import configure_logging
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.old_answers import forget_old_answers_forever
from beaconfire_platform.web.remote_exchange import RemoteExchange
from beaconfire_platform.web.session import RememberedExchange

HTTP_S_MAX: Final = 5.0
DRAIN_S_MAX: Final = 5.0
"""What is in hand may take so long to end; ten seconds after it was asked the process is gone."""
RIGHTS_AGAIN_S: Final = 5.0
"""So often a broker that was away at the start is asked what it would let us write."""
CLOCK_AT: Final = "agency"
"""Who has the deployment's clock; the others follow it."""

Build = Callable[[Ground, Mapping[str, str]], Awaitable[Service]]
"""A service from its ground and its environment."""


def serve(name: str, build: Build) -> None:
    """Run a service until it is asked to stop; one line and exit code 2 when it cannot start."""
    try:
        configure_logging(
            level=log_level(os.environ),
            as_json=os.environ.get("BEACONFIRE_LOG_JSON", "") == "1",
        )
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(Process(name, build, os.environ).run())
    except CannotStart as error:
        sys.stderr.write(f"beaconfire {name} cannot start: {error}\n")
        raise SystemExit(EXIT_CANNOT_START) from error


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Process:
    """One service's process: everything that was started, in the order of its end."""

    def __init__(self, name: str, build: Build, environment: Mapping[str, str]) -> None:
        """Nothing is started yet; CannotStart when the environment is unfit."""
        self._name = name
        self._build = build
        self._environment = environment
        with reading_settings():
            self._settings = ProcessSettings.from_environment(environment)
            self._presence = Presence(self._settings.kafka)
        self._closing = contextlib.AsyncExitStack()
        self._stop = asyncio.Event()
        self._bell = Doorbell()
        self._clock = RunningClock()
        self._running = Running()
        self._too_wide: str | None = None

    async def run(self) -> None:
        """Start, say ready, serve until asked to stop, drain."""
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self._stop.set)
        async with self._closing:
            server, serving, health = await self._start()
            await self._closing.enter_async_context(settled(self._bell.turns))
            say(f"ready http://{self._settings.host}:{self._settings.port}")
            stopping = asyncio.create_task(self._stop.wait())
            await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            say("draining")
            health.is_draining = True
            server.should_exit = True
            await serving
            await self._running.drain(DRAIN_S_MAX)
        if self._too_wide is not None:
            raise CannotStart(self._too_wide)

    async def _start(self) -> tuple[Server, "asyncio.Task[None]", Health]:
        settings, name = self._settings, self._name
        at = Port(settings.host, settings.port, behind_proxy=True, called="BEACONFIRE_PORT")
        listener = listen(at)
        self._closing.callback(listener.close)
        minter = self._minter()
        verifier = Verifier(PublicKeys(settings.public_keys))
        await self._check_rights()
        await self._prepare()
        pool = await asyncpg.create_pool(
            settings.database_url, min_size=1, max_size=2, command_timeout=5, reset=nothing_to_reset
        )
        self._closing.callback(pool.terminate)
        database = await Database.connect(
            name, settings.database_url, bell=self._bell, role=role_of(name)
        )
        self._closing.push_async_callback(database.close)
        http = httpx.AsyncClient(
            base_url=settings.origin,
            auth=ServiceToken(name, minter),
            timeout=HTTP_S_MAX,
            trust_env=False,
            verify=trust_for(settings.origin),
        )
        self._closing.push_async_callback(http.aclose)
        ground = Ground(
            database=database,
            log=KafkaLog(settings.kafka, database, settings.instance, self._presence),
            clock=self._clock,
            verifier=verifier,
            edge=Edge(database, verifier),
            http=http,
            positions=KafkaPositionStream(settings.kafka, self._presence),
            instance=settings.instance,
        )
        with reading_settings():
            service = await self._build(ground, self._environment)
        if service.close is not None:
            self._closing.push_async_callback(service.close)
        line = None if service.begin is None else await service.begin()
        if line is not None:
            say(line)
        health = Health(
            pool,
            [service],
            self._running,
            databases=[database],
            instance=settings.instance,
        )
        exchange = self._run_all(ground, service, pool, health)
        routers = [health_routes(health, ground.edge), *await self._clock_of(ground, pool)]
        app = gated(application([service], routers), exchange)
        server = server_for(app, at, service.sockets)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():  # noqa: ASYNC110  (uvicorn has no event)
            await asyncio.sleep(0.01)
        return server, serving, health

    def _run_all(
        self, ground: Ground, service: Service, pool: asyncpg.Pool, health: Health
    ) -> RememberedExchange:
        """Start what runs beside the routes; returns how secrets are exchanged here."""
        running, settings = self._running, self._settings
        self._closing.push_async_callback(running.stop)
        exchange = service.exchange
        listeners = [*service.listeners]
        if exchange is None:
            revocations = ground.verifier.revocations
            remote = RemoteExchange(ground.http, ground.verifier)
            exchange = RememberedExchange(remote, revocations)
            listeners.append(revocation_listener(ground.log, revocations, exchange.forget))
        if service.name in TOPICS:
            relay = Relay(ground.database, settings.kafka, settings.instance, self._presence)
            self._run_relay("relay", relay, health)
        for name, publisher in service.publishers.items():
            self._run_relay(f"relay_{name}", publisher, health)
        neighbours = Neighbours(settings.database_url, self._bell, settings.instance)
        running.start("neighbours", neighbours.ring_forever)
        running.start("horizon", Horizon(pool).watch_forever)
        running.start("answers", partial(forget_old_answers_forever, ground.database))
        for consumer in service.consumers:
            running.start(consumer.name, consumer.run, finish=consumer.finish)
        for listener in listeners:
            running.start(listener.name, listener.run)
        for number, loop in enumerate(service.loops):
            running.start(f"loop{number}", loop)
        self._run_positions(ground)
        return exchange

    def _run_relay(self, name: str, relay: Publishing, health: Health) -> None:
        health.relays[name] = relay.health
        self._running.start(name, relay.run, finish=relay.finish)

    def _run_positions(self, ground: Ground) -> None:
        """Geo sends positions, the others hear them; both stand still where nobody does."""
        positions = ground.positions
        if isinstance(positions, KafkaPositionStream):
            self._running.start("positions/send", positions.send_forever)
            self._running.start("positions/hear", positions.hear_forever)

    async def _clock_of(self, ground: Ground, pool: asyncpg.Pool) -> list[APIRouter]:
        """Agency has the clock and its row; the others follow it."""
        if self._name != CLOCK_AT:
            self._running.start("clock", partial(follow_clock_forever, ground.http, self._clock))
            return []
        pace = Pace(self._clock)
        kept = KeptClock(pool, self._clock, pace)
        await kept.begin()
        self._running.start("clock", kept.watch_forever)
        self._closing.push_async_callback(kept.save)
        round_at = (lambda _now: 1) if self._settings.is_demo else None
        return [clock_routes(ground.edge, self._clock, pace, round_at, kept)]

    def _minter(self) -> Minter:
        try:
            return Minter(usable_key(self._settings.key_folder), name=self._name)
        except (KeyFileOpen, BadKeyFile, OSError) as error:
            raise CannotStart(f"the key that signs tokens cannot be used: {error}") from error

    async def _check_rights(self) -> None:
        """Refuse to start where others' topics are open to us.

        What a service does by itself must go on while no broker is there: then it is looked at once
        one is.
        """
        try:
            await check_rights(self._settings.kafka, self._name)
        except RightsTooWide as error:
            raise CannotStart(str(error)) from error
        except LogAway as error:
            say(f"rights on Kafka not looked at yet: {error}")
            self._running.start("rights", self._check_rights_later)

    async def _check_rights_later(self) -> None:
        """Once a broker answers; where rights are too wide the process ends, and says why."""
        while True:
            await asyncio.sleep(RIGHTS_AGAIN_S)
            try:
                await check_rights(self._settings.kafka, self._name)
            except LogAway:
                continue
            except RightsTooWide as error:
                self._too_wide = str(error)
                self._stop.set()
            return

    async def _prepare(self) -> None:
        name, url = self._name, self._settings.database_url
        await check_server(url, called="BEACONFIRE_DATABASE_URL")
        try:
            ran = await migrate(url, [ServiceSchema(name, role_of(name), f"beaconfire_{name}")])
        except NewerSchema as error:
            raise CannotStart(
                f"its database was written by a newer version ({error}): upgrade the program"
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise CannotStart(
                f"the login of BEACONFIRE_DATABASE_URL may not prepare the database ({error}): "
                "it needs CREATEROLE, and CREATE on the database"
            ) from error
        if ran:
            say(f"prepared the database ({ran} steps)")
