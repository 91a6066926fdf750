"""Deadlines as rows: who is silent is reminded, who is late noted, what stays overdue raised,
units whose incident is over are settled; each once, whoever looks and after whatever restart.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.locks import LockKey
from beaconfire_contracts.refusals import Refusal
from beaconfire_dispatch.adapters.deadline_rows import PgDeadlines
from beaconfire_dispatch.adapters.demands import PgDemands
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.application import (
    note_late,
    raise_overdue,
    remind_overdue,
    settle_assignment,
)
from beaconfire_dispatch.domain.recall import Deadline
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.row_patience import Patience

LOOK_EVERY_S: Final = 0.5
AT_ONCE_MAX: Final = 100
ACTOR: Final = "dispatch:deadlines"
"""Who did it, in the facts."""
_log: Final = structlog.get_logger(__name__)


class Deadlines:
    """What must happen though nobody asks for it."""

    def __init__(self, database: Database, clock: Clock, wake: Callable[[], None]) -> None:
        """`wake` is told when a unit became free."""
        self._database = database
        self._clock = clock
        self._wake = wake
        self._settle = asyncio.Event()
        self._patience = Patience()

    def look(self) -> None:
        """An incident may be over: do not wait for the next look."""
        self._settle.set()

    async def watch_forever(self) -> None:
        """Look twice a second, and for what is over when told to."""
        looked_at = float("-inf")
        while True:
            try:
                await self.settle()
                if time.monotonic() - looked_at >= LOOK_EVERY_S:
                    looked_at = time.monotonic()
                    await self.remind()
                    await self.note()
                    await self.escalate()
            except TROUBLE as error:
                _log.warning("deadlines_wait", error=type(error).__name__)
                await asyncio.sleep(1)
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._settle.wait()
            except TimeoutError:
                pass
            self._settle.clear()

    async def settle(self) -> int:
        """Cancel or move whatever is on an incident that is over or followed elsewhere."""
        async with self._database.looking() as connection:
            found = await PgAssignments(connection).unsettled(AT_ONCE_MAX)
        for command in found:
            cause = Cause(actor="dispatch:settling", correlation_id=command.home_id)
            keys = settle_assignment.keys(command)
            async with self._database.transaction(*keys, cause=cause) as tx:
                await settle_assignment.settle_assignment(
                    command,
                    units=PgUnits(tx.connection),
                    assignments=PgAssignments(tx.connection),
                    demands=PgDemands(tx.connection),
                    facts=tx,
                    now=self._clock.now(),
                )
        if found:
            self._wake()
        return len(found)

    async def remind(self) -> int:
        """Remind, or take the order back, once each."""
        now = self._clock.now()
        async with self._database.looking() as connection:
            found = await PgAssignments(connection).unanswered(now, AT_ONCE_MAX)
        for one in found:
            command = remind_overdue.Overdue(one)

            async def remind(tx: Tx, command: remind_overdue.Overdue = command) -> None:
                await remind_overdue.remind_overdue(
                    command,
                    units=PgUnits(tx.connection),
                    assignments=PgAssignments(tx.connection),
                    demands=PgDemands(tx.connection),
                    deadlines=PgDeadlines(tx.connection),
                    facts=tx,
                    now=now,
                )

            await self._look_again(one.incident_id, remind_overdue.keys(command), remind)
        if found:
            self._wake()
        return len(found)

    async def note(self) -> int:
        """Note who is late, once each."""
        now = self._clock.now()
        async with self._database.looking() as connection:
            found = await PgAssignments(connection).late(now, AT_ONCE_MAX)
        for one in found:
            command = note_late.Late(one)

            async def note(tx: Tx, command: note_late.Late = command) -> None:
                await note_late.note_late(
                    command,
                    assignments=PgAssignments(tx.connection),
                    demands=PgDemands(tx.connection),
                    facts=tx,
                    now=now,
                )

            await self._look_again(one.incident_id, note_late.keys(command), note)
        return len(found)

    async def escalate(self) -> int:
        """Raise what stayed overdue, once each; what was put right is closed without a word."""
        now = self._clock.now()
        async with self._database.looking() as connection:
            found = await PgDeadlines(connection).due(now, AT_ONCE_MAX + len(self._patience))
        raised = [
            await self._patience.act(
                f"{one.matter}/{one.subject_id}", partial(self._raise, one, now),
                incident=one.incident_id,
            )
            for one in found
        ]  # fmt: skip
        return sum(raised)

    async def _raise(self, deadline: Deadline, now: datetime) -> bool:
        cause = Cause(actor=ACTOR, correlation_id=deadline.incident_id)
        async with self._database.transaction(*raise_overdue.keys(deadline), cause=cause) as tx:
            await raise_overdue.raise_overdue(
                deadline,
                assignments=PgAssignments(tx.connection),
                demands=PgDemands(tx.connection),
                deadlines=PgDeadlines(tx.connection),
                facts=tx,
                now=now,
            )
        return True

    async def _look_again(
        self, incident_id: str, keys: tuple[LockKey, ...], act: Callable[[Tx], Awaitable[None]]
    ) -> None:
        """Act under the locks; what ended at this moment is moot."""
        cause = Cause(actor=ACTOR, correlation_id=incident_id)
        try:
            async with self._database.transaction(*keys, cause=cause) as tx:
                await act(tx)
        except Refusal as refusal:
            _log.info("deadline_moot", incident=incident_id, code=refusal.code)
