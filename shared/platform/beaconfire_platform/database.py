"""The one door to a service's database: `transaction(*keys)` for writing, `at_once()` for writing
by one statement, `reading()` and `looking()` for looking.

R4: the first statement of every write transaction takes its advisory locks, sorted; R24: a
connection that was cancelled inside a transaction is thrown away and never goes back to the pool.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final, TypeVar, cast

import asyncpg

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import LockKey
from beaconfire_contracts.refusals import Unavailable
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.lending import Connection, Lending, WholeStatements, is_gone
from beaconfire_platform.looking import Looking, NotAtOnce
from beaconfire_platform.once import AnsweredBefore, AnswerInFlight, Once
from beaconfire_platform.our_words import Fenced
from beaconfire_platform.tx import Tx

POOL_CONNECTIONS_MAX: Final = 6
"""Three a core: more only wait for each other's commits (R24)."""
LOCKS_PER_TRANSACTION_MAX: Final = 1_024
"""A batch of facts may lock this many streams; PostgreSQL's lock table holds several such."""
RETRIES_MAX: Final = 3
"""Whole transactions are tried again on serialisation failures and deadlocks, never statements."""
SESSION_SETTINGS: Final = {
    "statement_timeout": "5s",
    "lock_timeout": "2s",
    "idle_in_transaction_session_timeout": "5s",
    "transaction_timeout": "10s",
    # a statement whose client was terminated must let go of its locks at once, not at its timeout
    "client_connection_check_interval": "200ms",
    "timezone": "UTC",
    "application_name": "beaconfire",
}
_SUBJECT: Final = re.compile(r"[0-9A-Za-z:_.-]{1,80}")
_TRANSIENT: Final = (
    asyncpg.SerializationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.InvalidCachedStatementError,
)
AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.OperatorInterventionError,
    OSError,
    TimeoutError,
)
"""What asyncpg raises when the server is gone, going, or not yet there."""
TROUBLE: Final = (asyncpg.PostgresError, *AWAY)
"""What a loop that runs for ever waits out: the next round finds the database well, or says so."""

T = TypeVar("T")


class DatabaseAway(Unavailable):
    """The database is away; the request had no effect that we know of."""


class Busy(Unavailable):
    """Too many are at the same thing at this moment; nothing was done, ask again."""


class Database:
    """The database of one service, reached as its own login role."""

    def __init__(self, service: str, pool: asyncpg.Pool, bell: Doorbell) -> None:
        """Use `connect()`."""
        self.service = service
        self.pool = pool
        self.bell = bell
        self._lending = Lending(pool)

    @classmethod
    async def connect(
        cls,
        service: str,
        dsn: str,
        *,
        bell: Doorbell,
        connections: int = POOL_CONNECTIONS_MAX,
        role: str | None = None,
    ) -> "Database":
        """Open a small pool for the schema `service`, as that service's own role.

        `dsn` logs in as that role, or as somebody who may take it: then `role` names it.
        """
        settings = SESSION_SETTINGS | {"search_path": f"{service}, pg_catalog"}
        if role is not None:
            settings["role"] = role
        pool = await asyncpg.create_pool(
            dsn,
            min_size=1,
            max_size=connections,
            command_timeout=5,
            timeout=3,
            max_inactive_connection_lifetime=60,
            reset=nothing_to_reset,
            connection_class=WholeStatements,
            server_settings=settings,
        )
        return cls(service, pool, bell)

    async def close(self) -> None:
        """Give every connection back; open transactions are rolled back by the server."""
        self.pool.terminate()

    @asynccontextmanager
    async def transaction(
        self, *keys: LockKey, cause: Cause, once: Once | None = None
    ) -> AsyncGenerator[Tx]:
        """Open the only kind of write transaction: all locks first, facts last, then commit.

        `once` is tried instead of waited for: AnswerInFlight while somebody is answering it,
        AnsweredBefore when somebody has.
        """
        opening = self._opening(keys, once, cause.actor)
        async with self._lending.lent() as connection:
            tx = Tx(connection, cause, self.service, has_relay=self.bell.has_relay)
            try:
                await connection.execute(opening)
                yield tx
                await tx.flush()
                await _commit(connection)
                tx.is_committed = True
            except BaseException as error:
                await _abandon(connection, error)
                if (ours := _OURS.get(_state(error) or "")) is not None:
                    raise ours from error
                raise
            finally:
                self._ring(tx)

    @asynccontextmanager
    async def at_once(
        self, *keys: LockKey, cause: Cause, once: Once | None = None
    ) -> AsyncGenerator[Tx]:
        """A transaction of one statement, the last: no BEGIN and no COMMIT.

        What is read before is read as it stands, and the statement finds out by itself that it
        stands no longer. With `keys` it takes these locks before it writes (R4), and may tell
        facts; without, it is for whoever writes alone. NotAtOnce where what was read has changed,
        where a row that is new to the writer is there, and wherever more is needed; nothing was
        written then. A key of `once` that was used before is such a row.
        """
        opening = self._late_opening(keys, once, cause.actor) if keys else ()
        async with self._lending.at_hand() as connection:
            tx = Tx(
                connection, cause, self.service,
                is_at_once=True, opening=opening, has_relay=self.bell.has_relay,
            )  # fmt: skip
            try:
                yield tx
                await tx.flush()
                tx.is_committed = True
            except asyncpg.UniqueViolationError as error:
                raise NotAtOnce from error
            except BaseException as error:
                if (ours := _OURS.get(_state(error) or "")) is not None:
                    raise ours from error
                raise
            finally:
                self._ring(tx)

    def _ring(self, tx: Tx) -> None:
        if tx.is_telling:
            self.bell.ring(tx.written if tx.is_committed else ())
        else:
            self.bell.ended()  # what was taken back held the log's horizon as well

    def _late_opening(
        self, keys: tuple[LockKey, ...], once: Once | None, subject: str
    ) -> tuple[object, ...]:
        """The arguments of `_OPEN`."""
        tried = None if once is None else once.lock.number(self.service)
        return self._numbers(keys), tried, subject

    def _numbers(self, keys: tuple[LockKey, ...]) -> list[int]:
        """Of locks, in the order in which everybody takes them."""
        if len(keys) > LOCKS_PER_TRANSACTION_MAX:
            raise ValueError(f"{len(keys)} locks asked for, {LOCKS_PER_TRANSACTION_MAX} at most")
        return [key.number(self.service) for key in sorted(set(keys))]

    def _opening(self, keys: tuple[LockKey, ...], once: Once | None, subject: str) -> str:
        """BEGIN, the locks and the question of R30 in one round trip.

        All parts are numbers, hexadecimal digits or a checked subject.
        """
        if not _SUBJECT.fullmatch(subject):
            raise ValueError("a subject is 1-80 letters, digits or :_.-")
        tried, asked = ("null", "") if once is None else once.opening(self.service)
        numbers = ",".join(str(number) for number in self._numbers(keys))
        return f"BEGIN; SELECT log.open('{{{numbers}}}'::bigint[], {tried}, '{subject}'){asked}"

    @asynccontextmanager
    async def reading(self) -> AsyncGenerator[Connection]:
        """A connection for looking only: one read-only snapshot, which never holds the log back."""
        async with self._lending.lent() as connection:
            try:
                await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                yield connection
                await connection.execute("COMMIT")
            except BaseException as error:
                await _abandon(connection, error)
                raise

    @asynccontextmanager
    async def looking(self) -> AsyncGenerator[Connection]:
        """The same for one question: a statement is a snapshot by itself, in one trip for three."""
        async with self._lending.lent() as connection:
            yield cast("Connection", Looking(connection))


async def nothing_to_reset(_connection: Connection) -> None:
    """Locks and settings of ours end with their transaction, so giving back costs no round trip.

    asyncpg itself rolls an open transaction back before it asks.
    """


FENCED: Final = "BF004"
"""As what a statement ends whose position is not its writer's."""
STALE: Final = "BF005"
"""As what a statement ends that was decided by what is so no longer."""
_OURS: Final = {
    "BF001": AnswerInFlight, "BF003": AnsweredBefore, FENCED: Fenced, STALE: NotAtOnce,
}  # fmt: skip
"""What our own functions raise, at the opening of a transaction and at its end."""


def _state(error: BaseException) -> str | None:
    return getattr(error, "sqlstate", None)


async def _commit(connection: Connection) -> None:
    """Commit; of a transaction that an error ended, and nobody heard of it, PostgreSQL answers
    ROLLBACK and calls that no error.
    """
    if await connection.execute("COMMIT") != "COMMIT":
        raise asyncpg.InFailedSQLTransactionError("its transaction was ended by an error before")


async def _abandon(connection: Connection, error: BaseException) -> None:
    """Roll back; after a cancellation, or when that fails, terminate and never reuse (R24)."""
    if not isinstance(error, asyncio.CancelledError | TimeoutError):
        with suppress(*AWAY, asyncpg.PostgresError):
            await connection.execute("ROLLBACK", timeout=1)
            return
    if not is_gone(connection):
        connection.terminate()


async def persistently(run: Callable[[], Awaitable[T]]) -> T:
    """`run()` a whole transaction again, up to three times, when the database asks for it.

    Busy when its locks are not to be had in time, DatabaseAway when it cannot be reached; the
    caller's refusals pass through untouched.
    """
    for tries_left in reversed(range(RETRIES_MAX)):
        try:
            return await run()
        except _TRANSIENT:
            if not tries_left:
                raise
        except asyncpg.LockNotAvailableError as error:
            raise Busy from error
        except AWAY as error:
            raise DatabaseAway from error
    raise AssertionError("unreachable")
