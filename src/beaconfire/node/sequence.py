"""From nothing to `ready`, and back: the node's start and stop, step by step, each told."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

import asyncpg
from fastapi import APIRouter

from beaconfire.node.app import with_pages
from beaconfire.node.composition import INSTANCE, Composition, Settings, Shared, compose, schemas
from beaconfire.node.demo import SPEED_DEFAULT, Demo, check_city
from beaconfire.node.instance import Instance
from beaconfire.node.options import NodeOptions
from beaconfire.node.postgres import Postgres
from beaconfire.node.scene_player import ScenePlayer
from beaconfire.node.scene_routes import scene_routes
from beaconfire_platform.access.key_file import BadKeyFile, KeyFileOpen, usable_key
from beaconfire_platform.access.tokens import Minter, Verifier
from beaconfire_platform.clock import RunningClock
from beaconfire_platform.database import nothing_to_reset
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.process.app import application, gated
from beaconfire_platform.process.cannot_start import CannotStart, reading_settings
from beaconfire_platform.process.clock_routes import clock_routes
from beaconfire_platform.process.clock_row import load_clock, save_clock, save_clock_forever
from beaconfire_platform.process.given_server import check_server
from beaconfire_platform.process.health import Health, health_routes
from beaconfire_platform.process.horizon import Horizon
from beaconfire_platform.process.listening import listen
from beaconfire_platform.process.logins import Login
from beaconfire_platform.process.pace import Pace
from beaconfire_platform.process.running import Running
from beaconfire_platform.process.server import Server, server_for
from beaconfire_platform.process.settled import settled
from beaconfire_platform.schema import NewerSchema, migrate
from beaconfire_platform.web.edge import Edge
from beaconfire_platform.web.old_answers import forget_old_answers_forever

Say = Callable[[str], None]


class Node:
    """One node: everything that was started, in the order in which it must be stopped."""

    def __init__(self, options: NodeOptions, say: Say) -> None:
        """Nothing is started yet; `say` tells people what is going on."""
        self._options = options
        self._say = say
        self._closing = contextlib.AsyncExitStack()
        self._stop = asyncio.Event()
        self._bell = Doorbell()
        self._starting: asyncio.Task[tuple[Server, asyncio.Task[None]]] | None = None

    def stop(self) -> None:
        """Ask it to stop, also half-way through starting; safe from a signal handler."""
        self._stop.set()
        if self._starting is not None:
            self._starting.cancel()

    async def run(self) -> None:
        """Start, say ready, serve until asked to stop, stop; CannotStart when it cannot."""
        self._options.check()
        check_city(self._options.demo)
        loop = asyncio.get_running_loop()
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, self.stop)
        instance = Instance(self._options.folder)
        try:
            async with self._closing:
                self._starting = asyncio.create_task(self._start())
                try:
                    server, serving = await self._starting
                except asyncio.CancelledError:
                    if not self._stop.is_set():
                        raise
                    self._say("stopped before it was ready")
                    return
                self._starting = None
                await self._closing.enter_async_context(settled(self._bell.turns))
                self._say(f"ready {self._options.origin}")
                await self._until_stopped(server, serving)
        finally:
            instance.release()

    async def _start(self) -> "tuple[Server, asyncio.Task[None]]":
        settings = self._settings()
        listener = listen(self._options.listening)
        self._closing.callback(listener.close)
        postgres = await self._database()
        owner_dsn = self._owner_dsn(postgres)
        await self._migrate(owner_dsn)
        pool = await _few_connections(owner_dsn)
        self._closing.callback(pool.terminate)
        clock = await load_clock(pool)
        self._set_speed(clock)
        minter = Minter(_signing_key(settings.agency.key_folder))
        verifier = Verifier(minter.public_key)
        self._say("starting the services")
        composition = await compose(
            Shared(
                login_of=lambda role: self._login(postgres, role),
                origin=self._options.origin,
                clock=clock,
                minter=minter,
                settings=settings,
                verifier=verifier,
                bell=self._bell,
                log_pool=pool,
            )
        )
        self._closing.push_async_callback(composition.close)
        await self._begin(composition)
        running = self._run_all(composition, Horizon(pool))
        running.start("clock", lambda: save_clock_forever(pool, clock))
        self._closing.push_async_callback(save_clock, pool, clock)
        pace = Pace(clock)
        running.start("pace", pace.watch_forever)
        demo = self._demo()
        edge = Edge(composition.databases[0], verifier)
        health = self._health(pool, composition, running)
        player = None if self._options.demo is None else ScenePlayer(self._options.folder)
        routers = [
            health_routes(health, edge),
            self._clock_routes(edge, clock, pace, demo),
            scene_routes(edge, player),
        ]
        app = with_pages(
            application(composition.services, routers),
            static_folder(),
            basemap_folder(self._options),
        )
        behind = gated(app, composition.exchange, loopback_only=self._options.is_alone)
        server = server_for(behind, self._options.listening, composition.doors)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started and not serving.done():  # noqa: ASYNC110  (uvicorn has no event)
            await asyncio.sleep(0.01)
        if player is not None:
            self._closing.push_async_callback(player.end)
        if demo is not None:
            await demo.prepare(composition.database_of("agency"))
            self._closing.push_async_callback(demo.end)
            if self._options.people:
                await demo.begin(clock, pace)
        return server, serving

    def _health(self, pool: asyncpg.Pool, composition: Composition, running: Running) -> Health:
        return Health(
            pool,
            composition.services,
            running,
            self._options.folder,
            databases=composition.databases,
            instance=INSTANCE,
        )

    def _clock_routes(
        self, edge: Edge, clock: RunningClock, pace: Pace, demo: Demo | None
    ) -> APIRouter:
        round_at = None if demo is None else demo.round_at
        return clock_routes(edge, clock, pace, round_at, scenes=self._options.demo is not None)

    def _demo(self) -> Demo | None:
        city = self._options.demo
        if city is None:
            return None
        return Demo(city, self._options.folder, self._options.origin, self._say)

    def _set_speed(self, clock: RunningClock) -> None:
        """As asked for; a demo that was not asked runs at its own."""
        default = None if self._options.demo is None else SPEED_DEFAULT
        speed = self._options.speed or default
        if speed is not None:
            clock.set(speed=speed)

    async def _until_stopped(self, server: Server, serving: asyncio.Task[None]) -> None:
        stopping = asyncio.create_task(self._stop.wait())
        await asyncio.wait({stopping, serving}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        self._say("stopping")
        server.should_exit = True
        await serving

    async def _begin(self, composition: Composition) -> None:
        """What a service does before anything runs, and has to say: a first password, once."""
        for service in composition.services:
            line = None if service.begin is None else await service.begin()
            if line is not None:
                self._say(line)

    def _run_all(self, composition: Composition, horizon: Horizon) -> Running:
        running = Running()
        self._closing.push_async_callback(running.stop)
        running.start("horizon", horizon.watch_forever)
        for service in composition.services:
            for consumer in service.consumers:
                running.start(f"{service.name}/{consumer.name}", consumer.run)
            for listener in service.listeners:
                running.start(f"{service.name}/{listener.name}", listener.run)
            for number, loop in enumerate(service.loops):
                running.start(f"{service.name}/loop{number}", loop)
        for database in composition.databases:
            forget = partial(forget_old_answers_forever, database)
            running.start(f"{database.service}/answers", forget)
        return running

    async def _database(self) -> Postgres | None:
        if self._options.database_url is not None:
            await check_server(self._options.database_url)
            return None
        postgres = Postgres(self._options.folder)
        self._closing.push_async_callback(postgres.end)
        await postgres.begin(self._say)
        return postgres

    def _owner_dsn(self, postgres: Postgres | None) -> str:
        if postgres is not None:
            return postgres.cluster.dsn()
        return str(self._options.database_url)

    def _login(self, postgres: Postgres | None, role: str) -> Login:
        """On a server of yours the services share your login, each with its own role set."""
        if postgres is not None:
            return Login(postgres.cluster.dsn(role))
        return Login(str(self._options.database_url), role)

    def _settings(self) -> Settings:
        with reading_settings():
            return Settings.from_environment(os.environ, key_folder=self._options.key_folder)

    async def _migrate(self, owner_dsn: str) -> None:
        try:
            ran = await migrate(owner_dsn, schemas())
        except NewerSchema as error:
            raise CannotStart(
                f"this data was written by a newer version ({error}): upgrade the program"
            ) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise CannotStart(
                f"the login of --database-url may not prepare the database ({error}): "
                "it needs CREATEROLE, and CREATE on the database"
            ) from error
        if ran:
            self._say(f"prepared the database ({ran} steps)")


def _signing_key(folder: Path) -> str:
    try:
        return usable_key(folder)
    except (KeyFileOpen, BadKeyFile, OSError) as error:
        raise CannotStart(f"the key that signs tokens cannot be used: {error}") from error


def basemap_folder(options: NodeOptions) -> Path:
    """Where `city.pmtiles` is: the demo city's own, or what was laid into the data folder."""
    if options.demo is None:
        return options.folder / "basemap"
    return Path(str(files("beaconfire.demo").joinpath("data", options.demo, "basemap")))


def _few_connections(dsn: str) -> asyncpg.Pool:
    return asyncpg.create_pool(
        dsn, min_size=1, max_size=4, command_timeout=5, reset=nothing_to_reset
    )


def static_folder() -> Path:
    """Where the built pages are, inside the package."""
    return Path(str(files("beaconfire").joinpath("static")))
