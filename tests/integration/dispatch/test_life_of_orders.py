"""Orders live on in whatever way: an overdue step is raised once, only once; no unit is on two.

Generated orders, refusals, silence, recalls, breakdowns, late steps, moves of the clock, orders
that nobody gave, two loops at once and kills in the middle of them, over a real database.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, TypeVar

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts.dispatch_life import RaisedToSuperior
from beaconfire_contracts.vocabulary import Role
from beaconfire_dispatch.adapters.automatic_watch import Automatic
from beaconfire_dispatch.adapters.deadline_rows import PgDeadlines
from beaconfire_dispatch.adapters.deadlines import Deadlines
from beaconfire_dispatch.adapters.planner import Planner
from beaconfire_dispatch.adapters.postgres import PgAssignments
from beaconfire_dispatch.adapters.roads import Roads
from beaconfire_dispatch.adapters.whereabouts import Whereabouts
from beaconfire_platform.ids import new_id
from beaconfire_platform.log.lease import Lease
from beaconfire_testkit.city import City

FULL: Final = os.environ.get("BEACONFIRE_PROOF") == "full"
EXAMPLES, STEPS = (300, 60) if FULL else (8, 30)
CREWS: Final = 3
INCIDENTS_MAX: Final = 3
TYPES: Final = ("fire", "fire.structure")
ANSWER_S_MAX: Final = 30
T = TypeVar("T")
NTH: Final = st.integers(0, 8)
"""Which crew, incident or order: what is drawn must not depend on what the database did."""

# The earliest first: two of one unit must not overlap at any moment of the move either.
_LATER: Final = """
    do $$ declare one record; begin
        for one in select assignment_id from assignment order by lower(during) loop
            update assignment set acknowledge_by = acknowledge_by - interval '{0} s',
                dispatched_at = dispatched_at - interval '{0} s',
                eta_at = eta_at - interval '{0} s', asked_wall = asked_wall - interval '{0} s',
                recall_at = recall_at - interval '{0} s',
                during = tstzrange(lower(during) - interval '{0} s',
                                   upper(during) - interval '{0} s')
            where assignment_id = one.assignment_id;
        end loop;
    end $$
"""
_DEADLINES_LATER: Final = """
    update deadline set due_at = due_at - interval '{0} s', set_wall = set_wall - interval '{0} s'
    where is_open
"""
_DEMANDS_LATER: Final = """
    update demand set opened_at = opened_at - interval '{0} s',
        target_at = target_at - interval '{0} s'
"""
_TOLD: Final = """
    select type, data from log.fact where source = 'dispatch' and row > $1 order by row
"""
_TWICE: Final = """
    select unit_id from assignment where upper_inf(during) group by unit_id having count(*) > 1
"""
_ONCE: Final = {
    "reminded": "assignment_id",
    "reassigned": "assignment_id",
    "assignment-late": "assignment_id",
    "raised-to-superior": "assignment_id",
    "assignment-dispatched": "assignment_id",
    "recall-requested": "assignment_id",
    "recall-acknowledged": "assignment_id",
}
MUST_HAPPEN: Final = frozenset(_ONCE) | {"on-viewed", "assignment-refused"}
"""What must have come up: else nothing is shown of it."""
_ENDED: Final = frozenset({"assignment-cleared", "assignment-refused", "assignment-cancelled"})


class Ground:
    """What every example shares: a city, two of each loop, and the loop that they run on."""

    def __init__(self, city: City, whereabouts: Whereabouts) -> None:
        self.city = city
        self.loop = asyncio.get_running_loop()
        ground = city.running.ground
        roads = Roads(ground.database, ground.http)
        wake: Callable[[], None] = lambda: None  # noqa: E731  (nobody has to be woken here)
        self.planner = city_planner(city, whereabouts)
        self.watches: Sequence[Deadlines] = [
            Deadlines(ground.database, ground.clock, wake) for _ in range(2)
        ]
        self.automatic = [
            Automatic(ground.database, ground.clock, roads, whereabouts, wake) for _ in range(2)
        ]

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it on the loop of the city and wait; a machine runs beside it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(ANSWER_S_MAX)


def city_planner(city: City, whereabouts: Whereabouts) -> Planner:
    from_city = city.running.ground
    roads = Roads(from_city.database, from_city.http)
    lease = Lease(from_city.database, "planner", "life")
    return Planner(from_city.database, from_city.clock, roads, whereabouts, lease)


async def tick(watch: Deadlines) -> None:
    """One look of the loop that watches deadlines."""
    await watch.settle()
    await watch.remind()
    await watch.note()
    await watch.escalate()


class LifeOfOrders(RuleBasedStateMachine):
    """Crews and incidents of one example; what was told is asked of the log."""

    ground: Ground

    def __init__(self) -> None:
        super().__init__()
        self.signs: list[str] = []
        self.incidents: list[str] = []
        self.do = self.ground.do
        self.do(self._begin())

    async def _begin(self) -> None:
        city, pool = self.ground.city, self.ground.city.running.ground.database.pool
        self.since: int = await pool.fetchval("select coalesce(max(row), 0) from log.fact") or 0
        for _ in range(CREWS):
            sign = f"X{new_id()[-12:]}"
            await city.add_unit(sign, "engine")
            self.signs.append(sign)

    def teardown(self) -> None:
        """Let an hour go by twice with everybody looking: then nothing is overdue any more."""
        for _ in range(4):
            self.do(self._later(3_600))
            self.do(self._look_twice())
        self.do(self._expect_nothing_overdue())
        self.check_once()
        self.do(self._end())

    async def _end(self) -> None:
        for one in self.incidents:
            await self.ground.city.close(one)
        await tick(self.ground.watches[0])
        pool = self.ground.city.running.ground.database.pool
        await pool.execute(
            "update unit set primary_status = 'not_available', status = 'out_of_service' "
            "where call_sign = any($1::text[])",
            self.signs,
        )

    # What may happen.

    @precondition(lambda self: len(self.incidents) < INCIDENTS_MAX)
    @rule(kind=st.sampled_from(TYPES), priority=st.integers(1, 2))
    def open_incident(self, kind: str, priority: int) -> None:
        self.incidents.append(self.do(self.ground.city.incident(kind, priority=priority)))

    @precondition(lambda self: self.incidents)
    @rule(nth=NTH)
    def order(self, nth: int) -> None:
        incident, sign = self.incidents[nth % len(self.incidents)], self._a_sign(nth)
        asked = {"unit_ids": [self.ground.city.units[sign]["id"]]}
        self._post(f"/v1/incidents/{incident}/dispatch", asked, 201, 409)

    @precondition(lambda self: self.incidents)
    @rule(nth=NTH, verb=st.sampled_from(["acknowledge", "en-route", "on-scene", "clear"]))
    def step(self, nth: int, verb: str) -> None:
        self._tell(nth, verb, {"source": "radio"})

    @precondition(lambda self: self.incidents)
    @rule(nth=NTH, verb=st.sampled_from(["refuse", "recall"]))
    def end(self, nth: int, verb: str) -> None:
        self._tell(nth, verb, {"reason": "not_needed"})

    @precondition(lambda self: self.incidents)
    @rule(nth=NTH)
    def hear_recall(self, nth: int) -> None:
        self._tell(nth, "acknowledge-recall", {"source": "radio"}, "recall-requested")

    @rule(nth=NTH, status=st.sampled_from(["out_of_service", "in_service"]))
    def break_down_or_come_back(self, nth: int, status: str) -> None:
        unit = self.ground.city.units[self._a_sign(nth)]["id"]
        asked = {"status": status, "reason": "breakdown"}
        self._post(f"/v1/units/{unit}/status", asked, 200, 409)

    @precondition(lambda self: self.incidents)
    @rule(nth=NTH)
    def begin_on_view(self, nth: int) -> None:
        unit = self.ground.city.units[self._a_sign(nth)]["id"]
        on = {"incident_id": self.incidents[nth % len(self.incidents)]}
        self._post(f"/v1/units/{unit}/on-view", on, 201, 409)

    @precondition(lambda self: self.incidents)
    @rule()
    def follow_recommendations(self) -> None:
        self.do(self._follow())

    async def _follow(self) -> None:
        await self.ground.planner.plan()
        await asyncio.gather(*(one.follow() for one in self.ground.automatic))

    @rule(seconds=st.sampled_from([1, 20, 70, 400, 3_600]))
    def let_time_go_by(self, seconds: int) -> None:
        self.do(self._later(seconds))

    @rule()
    def look_twice_at_once(self) -> None:
        self.do(self._look_twice())

    @rule(patience_ms=st.integers(0, 25))
    def kill_whoever_looks(self, patience_ms: int) -> None:
        self.do(self._kill(patience_ms))

    # What must hold.

    @invariant()
    def no_unit_is_on_two(self) -> None:
        pool = self.ground.city.running.ground.database.pool
        assert self.do(pool.fetch(_TWICE)) == []

    @invariant()
    def check_once(self) -> None:
        """By the log: each at most once; nobody ordered who is not free; reminded before taken."""
        told = self.do(self._told())
        counted = Counter(
            (kind, data[_ONCE[kind]], data.get("matter")) for kind, data in told if kind in _ONCE
        )
        assert [one for one, count in counted.items() if count > 1] == []
        open_of: dict[str, str] = {}
        reminded: set[str] = set()
        for kind, data in told:
            if kind in ("assignment-dispatched", "on-viewed"):
                assert data["unit_id"] not in open_of, "on two at once"
                open_of[data["unit_id"]] = data["assignment_id"]
            elif kind in _ENDED:
                assert open_of.pop(data["unit_id"]) == data["assignment_id"]
            elif kind == "reminded":
                reminded.add(data["assignment_id"])
            elif kind == "reassigned":
                assert data["assignment_id"] in reminded

    async def _told(self) -> list[tuple[str, dict[str, Any]]]:
        pool = self.ground.city.running.ground.database.pool
        rows = await pool.fetch(_TOLD, self.since)
        return [(one["type"].split(".")[2], msgspec.json.decode(one["data"])) for one in rows]

    async def _expect_nothing_overdue(self) -> None:
        ground = self.ground.city.running.ground
        now = ground.clock.now()
        async with ground.database.reading() as connection:
            assignments = PgAssignments(connection)
            assert await assignments.unanswered(now, 100) == []
            assert await assignments.late(now, 100) == []
            assert await PgDeadlines(connection).due(now, 100) == []
            rows = await connection.fetch(
                "select matter, subject_id::text as name from deadline where raised_at is not null"
            )
        told = {
            (data["matter"], data["assignment_id"])
            for kind, data in await self._told()
            if kind == "raised-to-superior"
        }
        assert told <= {(one["matter"], one["name"]) for one in rows}

    # How it is done.

    def _a_sign(self, nth: int) -> str:
        return self.signs[nth // INCIDENTS_MAX % len(self.signs)]

    def _tell(
        self, nth: int, verb: str, body: dict[str, Any], said: str = "assignment-dispatched"
    ) -> None:
        """One of the orders of this example of which that was told, whether it ended or not."""
        told = self.do(self._told())
        names = [each["assignment_id"] for kind, each in told if kind in (said, "on-viewed")]
        if names:
            # the newest mostly: what ended long ago refuses whatever is told of it
            name = names[-1 - nth % len(names)]
            self._post(f"/v1/assignments/{name}/{verb}", body, 200, 409)

    def _post(self, path: str, body: dict[str, Any], *allowed: int) -> None:
        answer = self.do(_posted(self.ground.city, path, body))
        assert answer[0] in allowed, answer

    async def _later(self, seconds: int) -> None:
        """The clock of business and that of the wall, seen from the rows, are so much later."""
        pool = self.ground.city.running.ground.database.pool
        for statement in (_LATER, _DEADLINES_LATER, _DEMANDS_LATER):
            await pool.execute(statement.format(seconds))

    async def _look_twice(self) -> None:
        await asyncio.gather(*(tick(one) for one in self.ground.watches))

    async def _kill(self, patience_ms: int) -> None:
        """Both are killed on their way: what they had not committed is as if it never was."""
        tasks = [asyncio.create_task(tick(one)) for one in self.ground.watches]
        await asyncio.sleep(patience_ms / 1_000)
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _posted(city: City, path: str, body: dict[str, Any]) -> tuple[int, str]:
    answer = await city.desk.post(path, json=body)
    return answer.status_code, answer.text


class Forgetful(Deadlines):
    """The fault to be caught: whoever looks raises what it saw, without a second look."""

    both_saw: asyncio.Barrier

    async def escalate(self) -> int:
        now = self._clock.now()
        async with self._database.reading() as connection:
            found = await PgDeadlines(connection).due(now, 100)
        await self.both_saw.wait()
        for one in found:
            cause = Cause(actor="forgetful", correlation_id=one.incident_id)
            async with self._database.transaction(cause=cause) as tx:
                await PgDeadlines(tx.connection).close(one, now)
                await tx.tell(
                    RaisedToSuperior(one.incident_id, one.matter, now, one.subject_id, one.unit_id)
                )
        return len(found)


async def _ready(city: City) -> None:
    """Fires of the first priority are answered without asking, by crews on their way too; the rest
    is a person's.
    """
    rule_ = {"priority": 1, "mode": "auto", "target_s": 300, "acknowledge_s": 60,
             "may_divert_unasked": True}  # fmt: skip
    answer = await city.centre.client(Role.SHIFT_LEADER).put("/v1/policies", json=rule_)
    assert answer.status_code == 200


def _a_life_with_everything(lives: type[LifeOfOrders]) -> None:
    """What chance may leave out: silence to the end, a recall that nobody hears, who is late."""
    one = lives()
    one.open_incident("fire", 2)
    one.order(0)
    for _ in range(3):
        one.let_time_go_by(400)
        one.look_twice_at_once()
    one.order(3)
    one.step(0, "en-route")
    one.let_time_go_by(3_600)
    one.look_twice_at_once()
    one.end(0, "recall")
    one.let_time_go_by(400)
    one.look_twice_at_once()
    one.hear_recall(0)
    one.order(6)
    one.end(0, "refuse")
    one.begin_on_view(3)
    one.open_incident("fire", 1)
    one.follow_recommendations()
    one.check_once()
    one.teardown()


@pytest.mark.proof
async def test_each_overdue_step_is_raised_once_and_no_unit_is_on_two(
    city: City, whereabouts: Whereabouts
) -> None:
    await _ready(city)

    class Lives(LifeOfOrders):
        ground = Ground(city, whereabouts)

    how = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, deadline=None, derandomize=not FULL,
        database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )  # fmt: skip
    await asyncio.to_thread(_a_life_with_everything, Lives)
    await asyncio.to_thread(run_state_machine_as_test, Lives, settings=how)

    pool = city.running.ground.database.pool
    rows = await pool.fetch("select type, count(*) as n from log.fact group by 1")
    happened = {one["type"].split(".")[2]: one["n"] for one in rows}
    print(happened)  # noqa: T201  (the figures of a proof are its result)
    assert happened.keys() >= MUST_HAPPEN, "what never came up shows nothing"


async def test_a_loop_that_does_not_look_again_is_caught(
    city: City, whereabouts: Whereabouts
) -> None:
    class Lives(LifeOfOrders):
        ground = Ground(city, whereabouts)

    clock, database = city.running.clock, city.running.ground.database
    Lives.ground.watches = [Forgetful(database, clock, lambda: None) for _ in range(2)]

    Forgetful.both_saw = asyncio.Barrier(2)

    def live() -> None:
        one = Lives()
        incident = one.do(city.incident("fire", priority=2))
        one.incidents.append(incident)
        [made] = one.do(city.order(incident, one.signs[0]))
        one.do(city.step(made, "acknowledge"))
        one.do(city.step(made, "recall"))
        one.let_time_go_by(3_600)
        one.look_twice_at_once()
        one.check_once()

    with pytest.raises(AssertionError):
        await asyncio.to_thread(live)
