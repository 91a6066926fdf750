"""One open write transaction: what is read in it, and what it writes and tells at its end."""

import re
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, Final, Protocol, cast

from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.locks import LockKey
from beaconfire_platform.clauses import Clause, in_one, row_alone
from beaconfire_platform.lending import Connection
from beaconfire_platform.looking import Looking, NotAtOnce
from beaconfire_platform.telling import TELL, TELL_AFTER, Row, Telling

_INSERT: Final = re.compile(r"\s*insert into (?!.*\bdo update\b)", re.IGNORECASE | re.DOTALL)

Later = Callable[..., None]
"""`Tx.later`: an insert with its arguments, put off until the facts are written."""
Then = Callable[[Any], None]
"""What hears the value that a clause asked for."""
_Part = tuple[Clause, tuple[object, ...], Then | None]
"""A clause of the last statement, its arguments, who hears its value."""
_OPEN: Final = Clause((), first="log.open_at_last($1::bigint[], $2::bigint, $3::text)")
"""The locks, the attempt's lock and the subject of a transaction that is one statement."""


class Intents(Protocol):
    """What a reaction asks of the outside world: written down with its effect, sent later (R13)."""

    async def intend(self, action: str, body: object) -> None:
        """Have `action` done once this transaction is committed; `body` becomes JSON."""
        ...


class Tx:
    """One open write transaction: its connection, why it happens, and the facts it will tell."""

    def __init__(
        self,
        connection: Connection,
        cause: Cause,
        service: str,
        *,
        is_at_once: bool = False,
        opening: tuple[object, ...] = (),
        has_relay: bool = False,
    ) -> None:
        """Facts told here share `cause`; they are written when the transaction ends.

        Where the process `has_relay`, what is told asks after what it comes.
        """
        self._connection = connection
        self.connection = cast("Connection", Looking(connection)) if is_at_once else connection
        """For reading and writing; where `is_at_once`, for looking only."""
        self.is_at_once = is_at_once
        """Whether one statement at the end is all of it: see `Database.at_once`."""
        self._opening = opening
        """Arguments of what opens that statement, where locks are taken in it."""
        self._service = service
        self._has_relay = has_relay
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
        numbers = [key.number(self._service) for key in sorted(set(keys))]
        await self._connection.execute("select log.lock_further($1::bigint[])", numbers)

    async def tell(self, *facts: Fact, scope: Scope | None = None) -> None:
        """Tell facts, in order; they become durable with the transaction or not at all."""
        if not self._opening:
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
        """What follows needs a lock or a statement of its own: NotAtOnce where there is one."""
        if self.is_at_once:
            raise NotAtOnce

    async def write_now(self) -> None:
        """Write what was put off: something is about to read it."""
        self.needs_more()
        later, self._later = self._later, {}
        for statement, found in later.items():
            await self._connection.executemany(statement, found)

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
        together: list[_Part] = [(_OPEN, self._opening, None)] if self._opening else []
        together += [(row_alone(one), given, None) for one, [given] in alone.items()]
        if self._told:
            telling, self._told = Telling.of(self._service, self._told), []
            self.is_telling = True
            clause, asked = (
                (TELL_AFTER, telling.arguments_after)
                if self._has_relay
                else (TELL, telling.arguments)
            )
            together.append((clause, asked, lambda answer: self._written(telling, answer)))
        last, self._last = self._last, []
        await self._execute([*together, *last])

    def _written(self, telling: Telling, answer: Sequence[int]) -> None:
        self.written += telling.written(answer, self.written)

    async def _execute(self, together: list[_Part]) -> None:
        if not together:
            return
        statement = in_one(tuple(one for one, _, _ in together))
        answer = await self._connection.fetchrow(
            statement, *chain(*(given for _, given, _ in together))
        )
        heard = [then for one, _, then in together if one.asked]
        for at, then in enumerate(heard):
            if then is not None and answer is not None:
                then(answer[at])
