"""The planner: on each change all open demands and free units are matched anew, jointly.

One is active per deployment. It decides on a snapshot outside any transaction and then writes what
changed, some incidents at a time; an order that came between makes the next round right.
"""

import asyncio
import itertools
import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import IncidentId, RecommendationId
from beaconfire_dispatch.adapters.circumstances import Circumstances, Witness
from beaconfire_dispatch.adapters.demands import PgDemands, PgRecommendations
from beaconfire_dispatch.adapters.known_rows import KnownRows
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.snapshot import Snapshot, take_snapshot
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_dispatch.application.recommend_units import (
    Kept,
    Recommend,
    keys,
    recommend_units,
)
from beaconfire_dispatch.domain.engine.explain import (
    REASONS_LATER,
    Advice,
    Proposal,
    advise,
    propose,
)
from beaconfire_dispatch.domain.engine.stepping import stepping
from beaconfire_platform import codec
from beaconfire_platform.clock import Clock
from beaconfire_platform.database import TROUBLE, Database, Tx
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.lease import RENEW_S, Lease

DRIFT_S: Final = 5.0
"""Units move and targets come nearer: look again at least this often."""
SETTLE_S: Final = 0.02
"""Facts come in bursts; a moment's patience makes one round of them."""
REST: Final = 49.0
"""Times a round's own length until the next: planning takes a fiftieth of a core, however much is
open, and whoever reports meanwhile is not kept waiting."""
REST_S_MAX: Final = 1.0
"""A dispatcher sees what changed a second later at most."""
KEPT_AT_ONCE: Final = 16
"""Incidents whose recommendations are kept in one transaction: one commit for them all, and whoever
orders units for one of them waits some 20 ms at most."""
FRESH_S: Final = 15.0
"""The same units are kept again with newer times after so long."""
FRESH_SHORT_S: Final = 60.0
"""Where nobody is proposed there are no times: why nobody is changes more slowly, and hundreds of
such incidents would keep a round busy with nothing."""
REFRESHED_AT_ONCE: Final = 16
"""Incidents whose times are made new in one round: why their units go is some four decisions anew,
and news of another incident waits for that. The rest follows in the next rounds."""
PRUNED_BACK_S: Final = 600.0
"""How far back a round looks for pictures to let go: what is kept again with newer times lets go of
one that is some FRESH_S old."""
SWEEP_EVERY_S: Final = 3_600.0
"""How often all pictures are looked through, however many years of them are kept."""
_VERSIONS: Final = "select unit_id, version from unit where unit_id = any($1::uuid[])"
NOBODY: Final = Proposal((), ())
"""What is proposed where nothing is asked for any more."""
NOTHING: Final = Kept.of(NOBODY)
_log: Final = structlog.get_logger(__name__)


class LeaseLost(Exception):  # noqa: N818  (told by name)
    """Somebody else plans."""


class Planner:
    """Keeps the recommendations right."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        roads: Roads,
        whereabouts: Whereabouts,
        lease: Lease,
    ) -> None:
        """Nothing is planned yet; whoever has the lease plans, the others stand by."""
        self._database = database
        self._turns = database.bell.turns
        self._lease = lease
        self._fence = 0
        self._clock = clock
        self._roads = roads
        self._whereabouts = whereabouts
        self._changed = asyncio.Event()
        self._kept: dict[str, tuple[Kept, float]] = {}
        self._known = KnownRows()
        self._witness = Witness(database, roads, whereabouts)
        self._swept_at = float("-inf")

    def wake(self) -> None:
        """Something changed: plan soon."""
        self._changed.set()

    async def plan_forever(self) -> None:
        """Plan on each change, and every few seconds; a database that is away is waited for."""
        loaded = False
        while True:
            try:
                loaded = loaded or await self._whereabouts.load()
                await self._round()
            except LeaseLost:
                _log.info("planning_taken_over")
            except TROUBLE as error:
                _log.warning("planning_waits", error=type(error).__name__)
                await asyncio.sleep(1)

    async def _round(self) -> None:
        """Plan, rest, and wait until there is a reason to plan again."""
        if await self._roads.refresh():  # every time that was told is of other roads
            self._kept = {name: (kept, float("-inf")) for name, (kept, _) in self._kept.items()}
        async with self._turns.later():
            began = time.monotonic()
            await self.plan()
        ended = time.monotonic()
        rested_at = ended + min(REST * (ended - began), REST_S_MAX)
        await self._until_changed()
        self._changed.clear()
        await asyncio.sleep(max(SETTLE_S, rested_at - time.monotonic()))

    async def _until_changed(self) -> None:
        """Until a change, or the time to look again, or our turn; the lease is kept meanwhile."""
        look_at = time.monotonic() + DRIFT_S
        while not self._changed.is_set() and time.monotonic() < look_at:
            try:
                async with asyncio.timeout(RENEW_S):
                    await self._changed.wait()
            except TimeoutError:
                was_ours = self._lease.is_ours
                if await self._is_ours() and not was_ours:
                    return

    async def _is_ours(self) -> bool:
        """Whether we plan; whoever takes over believes nothing that it knew before."""
        if not await self._lease.keep():
            return False
        if self._lease.fence != self._fence:
            self._fence = self._lease.fence
            self._kept.clear()
            self._known = KnownRows()
        return True

    async def _confirm(self, tx: Tx) -> None:
        """Another may plan by now, and then nothing of ours is kept (R28)."""
        if not await self._lease.confirm(tx.connection):
            raise LeaseLost

    async def plan(self) -> int:
        """One round; returns how many recommendations changed; none where it is not our turn."""
        if not await self._is_ours():
            return 0
        now = self._clock.now()
        taken = await take_snapshot(
            self._database, self._roads, self._whereabouts, now, self._known,
            let_pass=self._turns.aside().let_pass,
        )  # fmt: skip
        due = await self._turns.beside(partial(self._due, taken))
        self._kept = {name: one for name, one in self._kept.items() if name in taken.demands}
        due = self._of_this_round(due)
        if not due:
            return 0
        let_pass = self._turns.aside().let_pass
        advice = await self._turns.beside(partial(advise, taken.situation, due.keys(), let_pass))
        snapshot_id = new_id()
        await self._keep_picture(snapshot_id, taken)
        changed, names = 0, list(due)
        said = [advice.get(one) or Advice(one, (), (), {}) for one in names]
        beside = await self._witness.tell(taken, said)
        for first in range(0, len(said), KEPT_AT_ONCE):
            some = said[first : first + KEPT_AT_ONCE]
            told, kept = await self._keep(some, snapshot_id, taken, beside)
            changed += told
            self._kept.update((one, (due[one], time.monotonic())) for one in kept)
        self._complete_soon(advice)
        return changed

    def _complete_soon(self, advice: Mapping[str, Advice]) -> None:
        """What was told without all its reasons gets them in the next rounds, some at a time.

        The first had the whole allotment: it would get no more.
        """
        cut = [one.incident_id for one in list(advice.values())[1:] if REASONS_LATER in one.steps]
        for name in cut:
            if name in self._kept:
                self._kept[name] = (self._kept[name][0], float("-inf"))
        if cut:
            self.wake()

    async def _keep_picture(self, snapshot_id: str, taken: Snapshot) -> None:
        """Keep what is decided on; older pictures on which nothing was decided go."""
        let_pass = self._turns.aside().let_pass
        picture = await self._turns.beside(lambda: codec.encode(taken.picture(let_pass)))
        is_swept = time.monotonic() - self._swept_at < SWEEP_EVERY_S
        self._swept_at = self._swept_at if is_swept else time.monotonic()
        async with self._database.transaction(cause=_cause("snapshot")) as tx:
            await self._confirm(tx)
            recommendations = PgRecommendations(tx)
            await recommendations.prune(PRUNED_BACK_S if is_swept else None)
            await recommendations.add_snapshot(snapshot_id, taken.taken_at, picture)

    def _due(self, taken: Snapshot) -> dict[str, Kept]:
        """What is to be kept, of hundreds of open incidents: not for the loop."""
        let_pass = self._turns.aside().let_pass
        proposals = propose(taken.situation, let_pass)
        return {
            name: kept
            for name in stepping(taken.demands, let_pass)
            if self._is_due(name, kept := Kept.of(proposals.get(name, NOBODY)))
        }

    def _is_due(self, incident_id: str, kept: Kept) -> bool:
        """Whether it is news, or its times are old."""
        before = self._kept.get(incident_id)
        if before is None or before[0] != kept:
            return True
        fresh_s = FRESH_S if kept.units else FRESH_SHORT_S
        return kept != NOTHING and time.monotonic() - before[1] >= fresh_s

    def _of_this_round(self, due: Mapping[str, Kept]) -> Mapping[str, Kept]:
        """All news; of what only has old times some, the oldest first, and the rest soon."""
        old = [one for one in due if one in self._kept and self._kept[one][0] == due[one]]
        later = sorted(old, key=lambda one: self._kept[one][1])[REFRESHED_AT_ONCE:]
        if later:
            self.wake()
        left = frozenset(later)
        return {one: kept for one, kept in due.items() if one not in left}

    async def _keep(
        self,
        advice: Sequence[Advice],
        snapshot_id: str,
        taken: Snapshot,
        beside: Mapping[str, Circumstances],
    ) -> tuple[int, list[str]]:
        """How many are news, and what was kept; whatever asks for nobody any more is complete.

        What names a unit that is another by now is left for the next round, which comes at once.
        """
        commands = [
            Recommend(
                RecommendationId(new_id()), IncidentId(one.incident_id), one, snapshot_id,
                beside[one.incident_id],
            )
            for one in advice
        ]  # fmt: skip
        locks = itertools.chain.from_iterable(keys(one) for one in commands)
        async with self._database.transaction(*locks, cause=_cause("recommend")) as tx:
            await self._confirm(tx)
            moved = await _moved(tx, advice, taken.versions)
            still = [one for one in commands if moved.isdisjoint(one.advice.proposal.units)]
            if len(still) < len(commands):
                self.wake()
            changed = await recommend_units(
                still,
                recommendations=PgRecommendations(tx),
                demands=PgDemands(tx.connection),
                facts_of=partial(_about, tx),
                now=self._clock.now(),
            )
        return changed, [one.incident_id for one in still]


async def _moved(tx: Tx, advice: Sequence[Advice], versions: Mapping[str, int]) -> frozenset[str]:
    """Which of the proposed units are not what they were when it was decided."""
    named = sorted({unit_id for one in advice for unit_id in one.proposal.units})
    found = await tx.connection.fetch(_VERSIONS, named) if named else []
    return frozenset(
        str(one["unit_id"]) for one in found if one["version"] != versions.get(str(one["unit_id"]))
    )


def _about(tx: Tx, incident_id: IncidentId) -> Tx:
    tx.because = partial(_cause, incident_id)
    return tx


def _cause(correlation_id: str) -> Cause:
    return Cause(actor="dispatch:planner", correlation_id=correlation_id)
