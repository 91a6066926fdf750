"""The one door to a service's database: `transaction(*keys)` for writing, `at_once()` for writing
by one statement, `reading()` for looking.

R4: the first statement of every write transaction takes its advisory locks, sorted; R24: a
connection that was cancelled inside a transaction is thrown away and never goes back to the pool.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from operator import attrgetter
from typing import Any, Final, Protocol, TypeVar

import asyncpg

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.locks import LockKey
from beaconfire_contracts.refusals import Unavailable
from beaconfire_platform.clauses import Clause, in_one, row_alone
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.lending import Connection, Lending
from beaconfire_platform.once import AnsweredBefore, AnswerInFlight, Once
from beaconfire_platform.our_words import Fenced
from beaconfire_platform.telling import TELL, Row, Telling

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
_INSERT: Final = re.compile(r"\s*insert into (?!.*\bdo update\b)", re.IGNORECASE | re.DOTALL)
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
Later = Callable[..., None]
"""`Tx.later`: an insert with its arguments, put off until the facts are written."""
Then = Callable[[Any], None]
"""What hears the value that a clause asked for."""
_Part = tuple[Clause, tuple[object, ...], Then | None]
"""A clause of the last statement, its arguments, who hears its value."""


class DatabaseAway(Unavailable):
    """The database is away; the request had no effect that we know of."""


class NotAtOnce(Exception):  # noqa: N818  (no error: it is done the long way)
    """One statement without locks is not enough for this; nothing was written."""


class Busy(Unavailable):
    """Too many are at the same thing at this moment; nothing was done, ask again."""


class Intents(Protocol):
    """What a reaction asks of the outside world: written down with its effect, sent later (R13)."""

    async def intend(self, action: str, body: object) -> None:
        """Have `action` done once this transaction is committed; `body` becomes JSON."""
        ...


class Tx:
    """One open write transaction: its connection, why it happens, and the facts it will tell."""

    def __init__(
        self, connection: Connection, cause: Cause, service: str, *, is_at_once: bool = False
    ) -> None:
        """Facts told here share `cause`; they are written when the transaction ends."""
        self.connection = connection
        self.is_at_once = is_at_once
        """Whether one statement at the end is all of it: see `Database.at_once`."""
        self._service = service
        self.because: Callable[[], Cause] = lambda: cause
        """Why, for the facts that are told from now on; asked only when any is."""
        self.intents: Intents | None = None
        """The door to the outside of a reaction; absent in a replay, and outside of reactions."""
        self._told: list[tuple[Fact, Scope, Cause]] = []
        self._later: dict[str, list[tuple[object, ...]]] = {}
        self._last: list[_Part] = []
        self.is_telling = False
        """Whether facts were written to the log here."""
        self.written: list[Row] = []
        """Those facts, as the log has them once this is committed."""
        self.is_committed = False

    async def lock(self, *keys: LockKey) -> None:
        """Take further locks, found by reading, before the first write of this transaction.

        A transaction that has not written has no place in the log's order yet (R4), so waiting
        here inverts nothing; after a write the database refuses.
        """
        self.needs_more()
        numbers = [key.number(self._service) for key in sorted(set(keys), key=_in_order)]
        await self.connection.execute("select log.lock_further($1::bigint[])", numbers)

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts, in order; they become durable with the transaction or not at all."""
        self.needs_more()
        cause = self.because()
        self._told.extend((fact, scope or Scope(), cause) for fact in facts)

    def later(self, statement: str, *arguments: object) -> None:
        """Insert a row that nothing in this transaction reads or refers to.

        It is written with the facts: a trip to the database for each would hold up whoever waits.
        """
        if not _INSERT.match(statement):
            raise ValueError("only an insert of a new row may be put off")
        self._later.setdefault(statement, []).append(arguments)

    def at_last(self, clause: Clause, *arguments: object, then: Then | None = None) -> None:
        """Write this with the facts and with what was put off, in the same statement."""
        self._last.append((clause, arguments, then))

    def needs_more(self) -> None:
        """What follows takes a lock or a further statement: NotAtOnce where there is only one."""
        if self.is_at_once:
            raise NotAtOnce

    async def write_now(self) -> None:
        """Write what was put off: something is about to read it."""
        self.needs_more()
        later, self._later = self._later, {}
        for statement, found in later.items():
            await self.connection.executemany(statement, found)

    @property
    def cause(self) -> Cause:
        """Why this happens, as the facts told now would say."""
        return self.because()

    def take_back(self, since: int) -> None:
        """Tell none of the facts after the first `since`: a replay's are on record already."""
        del self._told[since:]

    @property
    def told(self) -> tuple[Fact, ...]:
        """The facts told so far."""
        return tuple(fact for fact, _, _ in self._told)

    async def flush(self) -> None:
        """Write what was put off and the facts told so far, in one statement."""
        alone = {one: found for one, found in self._later.items() if len(found) == 1}
        self._later = {one: self._later[one] for one in self._later.keys() - alone.keys()}
        if self._later:
            await self.write_now()
        together: list[_Part] = [(row_alone(one), given, None) for one, [given] in alone.items()]
        if self._told:
            telling, self._told = Telling.of(self._service, self._told), []
            self.is_telling = True
            together.append(
                (TELL, telling.arguments, lambda answer: self._written(telling, answer))
            )
        last, self._last = self._last, []
        await self._execute([*together, *last])

    def _written(self, telling: Telling, answer: Sequence[int]) -> None:
        self.written += telling.written(answer)

    async def _execute(self, together: list[_Part]) -> None:
        if not together:
            return
        statement = in_one(tuple(one for one, _, _ in together))
        answer = await self.connection.fetchrow(
            statement, *chain(*(given for _, given, _ in together))
        )
        heard = [then for one, _, then in together if one.asked]
        for at, then in enumerate(heard):
            if then is not None and answer is not None:
                then(answer[at])


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
        if len(keys) > LOCKS_PER_TRANSACTION_MAX:
            raise ValueError(f"{len(keys)} locks asked for, {LOCKS_PER_TRANSACTION_MAX} at most")
        async with self._lending.lent() as connection:
            tx = Tx(connection, cause, self.service)
            try:
                await connection.execute(self._opening(keys, once, cause.actor))
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
                if tx.is_telling:
                    self.bell.ring(tx.written if tx.is_committed else ())
                else:
                    self.bell.ended()  # what was taken back held the log's horizon as well

    @asynccontextmanager
    async def at_once(self, *, cause: Cause) -> AsyncGenerator[Tx]:
        """A transaction of one statement, the last: no BEGIN, no COMMIT, no lock, nothing told.

        For whoever writes alone and has the statement itself find out that it does not. What is
        read before is read as it stands. NotAtOnce where a row that is new to the writer is there,
        and wherever more is needed; nothing was written then.
        """
        async with self._lending.at_hand() as connection:
            tx = Tx(connection, cause, self.service, is_at_once=True)
            try:
                yield tx
                await tx.flush()
                tx.is_committed = True
            except asyncpg.UniqueViolationError as error:
                raise NotAtOnce from error
            except BaseException as error:
                if isinstance(error, asyncio.CancelledError | TimeoutError):
                    connection.terminate()
                if (ours := _OURS.get(_state(error) or "")) is not None:
                    raise ours from error
                raise
            finally:
                self.bell.ended()

    def _opening(self, keys: tuple[LockKey, ...], once: Once | None, subject: str) -> str:
        """BEGIN, the locks and the question of R30 in one round trip.

        All parts are numbers, hexadecimal digits or a checked subject.
        """
        if not _SUBJECT.fullmatch(subject):
            raise ValueError("a subject is 1-80 letters, digits or :_.-")
        ordered = [key.number(self.service) for key in sorted(set(keys), key=_in_order)]
        tried, asked = ("null", "") if once is None else once.opening(self.service)
        numbers = ",".join(str(number) for number in ordered)
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


async def nothing_to_reset(_connection: Connection) -> None:
    """Locks and settings of ours end with their transaction, so giving back costs no round trip.

    asyncpg itself rolls an open transaction back before it asks.
    """


_in_order: Final = attrgetter("lock_class", "name")
"""As lock keys compare themselves, without asking them ten times each."""


FENCED: Final = "BF004"
"""As what a statement ends whose position is not its writer's."""
_OURS: Final = {"BF001": AnswerInFlight, "BF003": AnsweredBefore, FENCED: Fenced}
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
    if isinstance(error, asyncio.CancelledError | TimeoutError):
        connection.terminate()
        return
    try:
        await connection.execute("ROLLBACK", timeout=1)
    except (*AWAY, asyncpg.PostgresError):
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
