"""Clients of Kafka: made in one way, and stopped so that nothing hangs or is thrown at anybody."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError

from beaconfire_platform.log.kafka.settings import KafkaSettings
from beaconfire_platform.log.kafka.unpacking import take_apart_by_ourselves

STOP_S_MAX: Final = 5.0
T = TypeVar("T")
_log: Final = structlog.get_logger(__name__)
_LATE: Final[set["asyncio.Task[None]"]] = set()
"""What stops clients that began too late: the loop alone would not keep it."""


class Client(Protocol):
    """Any of aiokafka's clients."""

    async def start(self) -> None:
        """Connect, and begin what goes on by itself."""
        ...

    async def stop(self) -> None:
        """Close every connection and end every task."""
        ...


class Admin(AIOKafkaAdminClient):
    """Who makes topics and looks at them; ended as the others are."""

    async def stop(self) -> None:
        """Close every connection and end every task."""
        await self.close()


class Asking(AIOKafkaClient):
    """Who asks brokers something for which no other client is there; ended as the others are."""

    async def start(self) -> None:
        """Connect, and begin what goes on by itself."""
        await self.bootstrap()

    async def stop(self) -> None:
        """Close every connection and end every task."""
        await self.close()


async def whole(asked: Coroutine[Any, Any, T]) -> T:
    """What a client was asked for, to its end even when we are cancelled meanwhile.

    aiokafka 0.14 drops a connection that is being made by whoever is cancelled, never to close it.
    """
    task = asyncio.create_task(asked)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task}, timeout=STOP_S_MAX)
        task.add_done_callback(_heard)
        raise


async def begin(client: Client) -> None:
    """Start a client whole; one that begins after nobody waits for it any more is stopped then."""
    starting = asyncio.create_task(client.start())
    try:
        await asyncio.shield(starting)
    except asyncio.CancelledError:
        try:
            await asyncio.wait({starting}, timeout=STOP_S_MAX)
        finally:  # whoever is in a hurry cancels a second time
            _leave(client, starting)
        raise


def _leave(client: Client, starting: "asyncio.Task[None]") -> None:
    """Nobody waits any more for a client to begin."""
    if starting.done():
        _heard(starting)
        return
    late = asyncio.create_task(_stop_late(client, starting))
    _LATE.add(late)
    late.add_done_callback(_LATE.discard)


async def _stop_late(client: Client, starting: "asyncio.Task[None]") -> None:
    await asyncio.wait({starting})
    _heard(starting)
    vars(client)["_closed"] = False  # whoever stopped it before found nothing yet
    await stop(client)


async def stop(client: Client) -> None:
    """Stop a client whatever state it is in; broken brokers hold it up for five seconds at most.

    In a task of its own: aiokafka 0.14 lets cancellations of its own tasks out, and keeps ours to
    itself.
    """
    stopping = asyncio.create_task(_end(client))
    try:
        await asyncio.wait({stopping}, timeout=STOP_S_MAX)
    except asyncio.CancelledError:
        await asyncio.wait({stopping}, timeout=STOP_S_MAX)
        raise
    finally:
        stopping.cancel()
        stopping.add_done_callback(_heard)


async def _end(client: Client) -> None:
    await asyncio.sleep(0)  # what was started just now cannot be cancelled before it begins
    is_whole = False
    try:
        await client.stop()
        is_whole = True
    finally:
        if not is_whole:
            await _end_rest(client)


async def _end_rest(client: Client) -> None:
    """End what a client drops out of its own end without ending.

    aiokafka 0.14 awaits its cancelled fetches; one that failed and waits to be tried again answers
    with the cancellation, and whatever keeps the brokers' addresses fresh goes on for ever.
    """
    inside = vars(client)
    fetching: set[asyncio.Task[Any]] = getattr(inside.get("_fetcher"), "_pending_tasks", set())
    for task in fetching:
        task.cancel()
    if fetching:
        await asyncio.wait(fetching)
    within: Any = inside.get("client") or inside.get("_client") or client
    await within.close()


async def throw_away(producer: AIOKafkaProducer) -> None:
    """Stop a producer without sending what it still holds: whoever published it does so anew.

    aiokafka 0.14 goes on trying for as long as a request may take, and spins where no broker is.
    """
    sender: Any = vars(producer)["_sender"]
    task = None if sender is None else sender.sender_task
    if task is not None:
        task.cancel()
        await asyncio.wait({asyncio.create_task(producer.client.close())}, timeout=STOP_S_MAX)
        vars(producer)["_message_accumulator"].fail_all(KafkaConnectionError())
    await stop(producer)


def _heard(stopped: "asyncio.Task[Any]") -> None:
    """Nobody waits for what a client says when it is thrown away; who looks for it finds it."""
    error = None if stopped.cancelled() else stopped.exception()
    if error is not None:
        _log.info("client_thrown_away", error=type(error).__name__)


def past_client(settings: KafkaSettings, **more: Any) -> AIOKafkaConsumer:
    """A client that reads where it is told to, and commits nothing; it throws for no record."""
    take_apart_by_ourselves()
    return AIOKafkaConsumer(
        **settings.client("reader"),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="none",
        **more,
    )


@asynccontextmanager
async def looking(settings: KafkaSettings, **more: Any) -> AsyncGenerator[AIOKafkaConsumer]:
    """A client for a moment's look."""
    client = past_client(settings, **more)
    try:
        await begin(client)
        yield client
    finally:
        await stop(client)


async def by_controller(asked: Awaitable[T]) -> T:
    """What only the cluster's controller does; KafkaConnectionError while no broker names one.

    A broker that just came back knows no other for a while, and aiokafka asks nobody then.
    """
    try:
        return await asked
    except AttributeError as error:
        raise KafkaConnectionError("no controller is known yet") from error
