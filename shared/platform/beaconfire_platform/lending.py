"""Connections of a pool, lent for a while; one is kept at hand for who hurries."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = PoolConnectionProxy

LEND_S_MAX: Final = 3.0

T = TypeVar("T")


class WholeStatements(asyncpg.Connection):
    """Whoever is cut off within a statement takes the connection along (R24).

    asyncpg describes a statement that is new to it without a Sync, and calls itself idle then.
    Cancelled at that moment alone, it would come back to the pool with the server still inside the
    exchange, which refuses the next BEGIN that names an isolation level.
    """

    async def execute(self, query: str, *arguments: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._whole(super().execute(query, *arguments, **options))

    async def executemany(self, command: str, args: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._whole(super().executemany(command, args, **options))

    async def fetch(self, query: str, *arguments: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._whole(super().fetch(query, *arguments, **options))

    async def fetchrow(self, query: str, *arguments: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._whole(super().fetchrow(query, *arguments, **options))

    async def fetchval(self, query: str, *arguments: Any, **options: Any) -> Any:
        """As asyncpg's."""
        return await self._whole(super().fetchval(query, *arguments, **options))

    async def _whole(self, asking: Awaitable[T]) -> T:
        try:
            return await asking
        except (asyncio.CancelledError, TimeoutError):
            self.terminate()
            raise


class Lending:
    """A pool, seen by who borrows from it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Nothing is kept yet."""
        self._pool = pool
        self._kept: Connection | None = None

    @asynccontextmanager
    async def lent(self) -> AsyncGenerator[Connection]:
        """A connection of the pool."""
        connection = await self._acquire()
        try:
            yield connection
        finally:
            await self._pool.release(connection)

    @asynccontextmanager
    async def at_hand(self) -> AsyncGenerator[Connection]:
        """The same, kept for the next one: coming and going cost who hurries two turns of the loop.

        Whatever went wrong with it goes back to the pool, which looks it through.
        """
        connection, self._kept = self._kept, None
        if connection is not None and is_gone(connection):
            await self._pool.release(connection)
            connection = None
        if connection is None:
            connection = await self._acquire()
        is_sound = False
        try:
            yield connection
            is_sound = True
        finally:
            if is_sound and self._kept is None:
                self._kept = connection
            else:
                await self._pool.release(connection)

    async def _acquire(self) -> Connection:
        """The pool's own `timeout` would cost a task for each."""
        async with asyncio.timeout(LEND_S_MAX):
            return await self._pool.acquire()


def is_gone(connection: Connection) -> bool:
    """Whether it was cut off; asyncpg takes such a one back by itself, and lets nobody ask it."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True
