"""In whatever order things happen and pages come, each body has what it may see, and no more."""

import contextlib
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beaconfire_agency.adapters.beginnings import BEFORE_ALL, next_page
from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application.end_sharing import end_sharing
from beaconfire_agency.application.show_what_stands import (
    ShowWhatStands,
    keys,
    show_what_stands,
)
from beaconfire_agency.domain.bodies import Body
from beaconfire_agency.domain.subscriptions import Subscription
from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.ids import IncidentId, SubscriptionId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.vocabulary import ParticipationState
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON

from .conftest import Undone, Work
from .subscribers import Shared, opened
from .test_consumer import DIVISIONS, NAMES, REACHES, permitted, told_by

happenings = st.tuples(
    st.integers(0, 2),
    st.one_of(
        st.tuples(st.just("open"), st.sampled_from(NAMES), st.sampled_from(DIVISIONS)),
        st.tuples(st.just("own"), st.sampled_from(NAMES), st.just("")),
        st.tuples(st.just("place"), st.sampled_from(DIVISIONS), st.just("")),
        st.tuples(
            st.just("part"), st.sampled_from(NAMES), st.sampled_from(list(ParticipationState))
        ),
    ),
)
steps = st.one_of(
    happenings,
    st.tuples(st.just("subscribe"), st.sampled_from(NAMES)),
    st.tuples(st.just("end"), st.sampled_from(NAMES)),
    st.tuples(st.just("hear of an end"), st.just("")),
    st.tuples(st.just("page"), st.integers(1, 2)),
)
stories = st.lists(steps, min_size=4, max_size=24)
"""Facts of three incidents, subscriptions that begin and end, and pages of one or two things."""


@dataclass(slots=True)
class Telling:
    """A story as it is told, in one transaction that is undone."""

    work: Work
    shared: Shared
    bodies: dict[str, Body]
    ids: list[IncidentId]
    happened: list[Any] = field(default_factory=list[Any])
    in_force: dict[str, Subscription] = field(default_factory=dict[str, Subscription])
    unheard: list[SubscriptionId] = field(default_factory=list[SubscriptionId])

    async def take(self, step: Any) -> None:
        """One step of it."""
        what, which = step
        if isinstance(what, int):
            before = len(list(told_by(self.happened, self.bodies, self.ids)))
            self.happened.append(step)
            await self.shared.hear(*[*told_by(self.happened, self.bodies, self.ids)][before:])
        elif what == "subscribe" and which not in self.in_force:
            body = self.bodies[which]
            made = await self.shared.subscribe(body, REACHES[which], pages=False)
            self.in_force[which] = made
        elif what == "end" and which in self.in_force:
            ended = self.in_force.pop(which)
            await self.work.tables.subscriptions.save(ended.ended(NOON)[0])
            self.unheard.append(ended.id)
        elif what == "hear of an end" and self.unheard:
            await end_sharing(
                self.unheard.pop(0),
                sharing=self.shared.sharing,
                subscriptions=self.work.tables.subscriptions,
            )
        elif what == "page":
            await self.shared.page(limit=which)

    async def finish(self) -> None:
        """All that is under way comes to its end."""
        while self.unheard:
            await self.take(("hear of an end", ""))
        while await self.shared.page(limit=1):
            pass

    async def flaws(self) -> list[str]:
        """Who has what they may not, has not what they may, or was told something twice."""
        may = permitted(self.happened, self.bodies)
        found: list[str] = []
        for name, body in self.bodies.items():
            wanted = may[name] if name in self.in_force else set[int]()
            has, repeats = await self._has(body)
            if has != wanted:
                found.append(f"{name} has {has} and not {wanted}")
            if repeats:
                found.append(f"{name} was told twice")
        return found

    async def _has(self, body: Body) -> tuple[set[int], bool]:
        """What a body has when it has read everything, and whether it read anything twice."""
        has: set[int] = set()
        last: dict[str, list[tuple[int, Any]]] = {}
        repeats = False
        for kind, version, data in await self.shared.told(body.id):
            if "sharing-" in kind:
                has, last = set(), {key: [some[-1]] for key, some in last.items()}
                continue
            key = data["incident_id"]
            if kind.endswith("incident-shown.v1"):
                has.add(self.ids.index(key))
            else:
                has.discard(self.ids.index(key))
            last.setdefault(key, [(0, None)]).append((version, data))
            repeats |= len(last[key]) > 2 and last[key][-1][1] == last[key][-2][1]
        in_order = all(
            after == one + 1 for some in last.values() for (one, _), (after, _) in pairwise(some)
        )
        return has, repeats or not in_order


async def told(story: Any, database: Database, kind: type[Telling] = Telling) -> list[str]:
    """What is wrong once a story was told."""
    flaws: list[str] = []
    cause = Cause(actor="test", correlation_id="story")
    with contextlib.suppress(Undone):
        async with database.transaction(cause=cause) as tx:
            work, shared = Work(tx, tables_of(tx)), Shared(tx)
            bodies = {name: await work.body(name) for name in NAMES}
            telling = kind(work, shared, bodies, [IncidentId(new_id()) for _ in range(3)])
            for step in story:
                await telling.take(step)
            await telling.finish()
            flaws = await telling.flaws()
            raise Undone
    return flaws


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories)
async def test_in_the_end_each_has_what_allow_permits_and_was_told_of_nothing_twice(
    story: Any, agency_database: Database
) -> None:
    assert await told(story, agency_database) == []


class Impatient(Telling):
    """The planted fault: nobody goes on with what has begun."""

    async def finish(self) -> None:
        self.unheard.clear()


async def test_a_beginning_with_which_nobody_goes_on_is_caught(agency_database: Database) -> None:
    story = [(0, ("open", "power", "akl.north")), ("subscribe", "power")]

    assert await told(story, agency_database) == []
    assert await told(story, agency_database, Impatient) == ["power has set() and not {0}"]


async def test_a_page_that_another_told_meanwhile_is_not_told_again(
    work: Any, shared: Shared
) -> None:
    power = await work.body("power")
    await shared.hear(opened(power.id, "akl"))
    await shared.subscribe(power, pages=False)
    await shared.of.write(shared.tx)
    page = await next_page(shared.tx.connection)
    assert page is not None

    for _ in range(2):
        await show_what_stands(page, sharing=shared.sharing, may_see=shared.may_see)

    assert await shared.kinds(power.id) == ["sharing-begun", "incident-shown"]


def test_a_page_waits_for_its_subscription_and_for_each_thing_in_it() -> None:
    page = ShowWhatStands(SubscriptionId("s"), BEFORE_ALL, ("a", "b"), None)

    assert set(keys(page)) == {aggregate("s"), aggregate("a"), aggregate("b")}
