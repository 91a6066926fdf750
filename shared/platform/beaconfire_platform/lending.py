"""Connections of a pool, lent for a while; one is kept at hand for who hurries."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

Connection = PoolConnectionProxy

LEND_S_MAX: Final = 3.0
ONE_PLAN: Final = "set plan_cache_mode = force_generic_plan; set enable_seqscan = off"
"""Of statements over arrays PostgreSQL thinks that a plan for the very values is cheaper, and makes
one each time, for longer than the statement runs. What goes through the one at hand finds its rows
by keys, whatever they are, also while a plan is kept from when the table was small (ADR 0050).
"""

_NOT_WHOLE: Final = (
    asyncio.CancelledError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)
"""As what a statement ends that may have been cut off."""
T = TypeVar("T")


class WholeStatements(asyncpg.Connection):
    """Whoever is cut off within a statement takes the connection along (R24).

    asyncpg describes a statement that is new to it without a Sync, and calls itself idle then.
    Cancelled just then, or by an argument that it will not send, it would come back to the pool
    with the server still inside the exchange, which refuses the next BEGIN with an isolation level.
    What is copied is so in transactions alone, which see to it themselves.
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
        except _NOT_WHOLE:
            self.terminate()
            raise
        except asyncpg.DataError as error:
            if getattr(error, "severity", None) is None:  # no server: the driver sends it not
                self.terminate()
            raise


class Lending:
    """A pool, seen by who borrows from it."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Nothing is kept yet."""
        self._pool = pool
        self._kept: Connection | None = None
        self._is_kept = False
        """Whether one is, at hand or in use."""

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

        One is, which plans each of its statements once (`ONE_PLAN`); while it is in use, another of
        the pool does. One that was left in a transaction is cut off.
        """
        if self._is_kept and self._kept is None:
            async with self.lent() as connection:
                yield connection
            return
        self._is_kept = True
        connection, self._kept = self._kept, None
        try:
            if connection is not None and is_gone(connection):
                await self._pool.release(connection)
                connection = None
            if connection is None:
                connection = await self._hurrying()
            yield connection
        finally:
            self._is_kept = False
            if connection is not None and not is_gone(connection):
                if connection.is_in_transaction():
                    connection.terminate()
                else:
                    self._kept, self._is_kept = connection, True
            elif connection is not None:
                await self._pool.release(connection)

    async def _hurrying(self) -> Connection:
        async with AsyncExitStack() as unless_set:
            connection = await self._acquire()
            unless_set.push_async_callback(self._pool.release, connection)
            await connection.execute(ONE_PLAN)
            unless_set.pop_all()
        return connection

    async def _acquire(self) -> Connection:
        """The pool's own `timeout` would cost a task for each."""
        async with asyncio.timeout(LEND_S_MAX):
            return await self._pool.acquire()


def is_gone(connection: Connection) -> bool:
    """Whether it was cut off; of one that asyncpg took back by itself nothing can be asked."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True
