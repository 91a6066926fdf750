"""Orders that nobody has to give, where the policy says so: each recommendation once, by rows.

Every process looks; whoever is first holds the incident's lock, and the rows refuse a second.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import AssignmentId
from beaconfire_contracts.refusals import Refusal
from beaconfire_dispatch.adapters.arrivals import RoadArrivals
from beaconfire_dispatch.adapters.automatic_rows import PgAutomaticOrders, Waiting
from beaconfire_dispatch.adapters.deadline_rows import PgDeadlines
from beaconfire_dispatch.adapters.demands import PgDemands, PgPolicies
from beaconfire_dispatch.adapters.engine_rules import PgEngineRules
from beaconfire_dispatch.adapters.postgres import PgAssignments, PgUnits
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.automatic_ports import Ordering
from beaconfire_dispatch.application.order_automatically import (
    OrderAutomatically,
    keys,
    order_automatically,
)
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.row_patience import Patience
from beaconfire_platform.web.audit import AuditEntry, write_audit

LOOK_EVERY_S: Final = 0.5
"""A recommendation is followed half a second after it was made, at most."""
AT_ONCE_MAX: Final = 50
AGAIN_S_MAX: Final = 4.0
"""A unit that was busy may be free again, by the same recommendation."""
ACTOR: Final = "dispatch:automatic"
"""Who gave the order, in its facts and in the audit."""
_log: Final = structlog.get_logger(__name__)


class Automatic:
    """Follows recommendations where a policy says that nobody has to be asked."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        roads: Roads,
        whereabouts: Whereabouts,
        wake: Callable[[], None],
    ) -> None:
        """`wake` is told when units were sent."""
        self._database = database
        self._clock = clock
        self._roads = roads
        self._whereabouts = whereabouts
        self._wake = wake
        self._patience = Patience(wait_s_max=AGAIN_S_MAX)

    async def watch_forever(self) -> None:
        """Look at each fact that was told, and twice a second."""
        bell = self._database.bell
        while True:
            since = bell.rings
            try:
                await self.follow()
            except TROUBLE as error:
                _log.warning("automatic_orders_wait", error=type(error).__name__)
                await asyncio.sleep(1)
            await asyncio.sleep(LOOK_EVERY_S / 10)
            await bell.wait(LOOK_EVERY_S, since=since)

    async def follow(self) -> int:
        """Follow what waits; how many units were ordered."""
        async with self._database.looking() as connection:
            if not await PgAutomaticOrders(connection).is_asked():
                return 0
        async with self._database.reading() as connection:
            waiting = await PgAutomaticOrders(connection).waiting(AT_ONCE_MAX + len(self._patience))
        ordered = sum([await self._patiently(one) for one in waiting])
        if ordered:
            self._wake()
        return ordered

    async def _patiently(self, waiting: Waiting) -> int:
        """Whom nothing can be done for at this moment is looked at again, and hides nobody."""
        name = waiting.recommendation_id
        if not self._patience.is_due(name):
            return 0
        ordered = await self._order(waiting)
        if ordered:
            self._patience.settled(name)
        else:
            self._patience.refused(name)
        return ordered

    async def _order(self, waiting: Waiting) -> int:
        command = OrderAutomatically(
            waiting.recommendation_id,
            waiting.incident_id,
            {one: AssignmentId(new_id()) for one in waiting.unit_ids},
            waiting.turns,
            {one: AssignmentId(new_id()) for one in waiting.instead},
        )
        cause = Cause(actor=ACTOR, correlation_id=command.incident_id)
        try:
            async with self._database.transaction(*keys(command), cause=cause) as tx:
                return await self._within(tx, command)
        except Refusal as refusal:
            # somebody was faster at this moment: the next recommendation knows of it
            _log.info("automatic_order_moot", incident=command.incident_id, code=refusal.code)
            return 0

    async def _within(self, tx: Tx, command: OrderAutomatically) -> int:
        ordering = Ordering(
            PgAutomaticOrders(tx.connection),
            PgUnits(tx.connection),
            PgAssignments(tx.connection),
            PgDemands(tx.connection),
            PgPolicies(tx.connection),
            PgEngineRules(tx.connection),
            PgDeadlines(tx.connection),
            RoadArrivals(tx.connection, self._roads, self._whereabouts),
            tx,
        )
        ordered = await order_automatically(command, ordering=ordering, now=self._clock.now())
        if ordered:
            entry = AuditEntry(
                ACTOR, "order.give", command.incident_id, object_id=command.incident_id
            )
            write_audit(tx, entry)
        for one in ordered:
            if one.turned_from is not None:
                write_audit(
                    tx,
                    AuditEntry(ACTOR, "assignment.recall", command.incident_id,
                               object_id=one.turned_from),
                )  # fmt: skip
        return len(ordered)
