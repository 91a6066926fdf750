"""What agency does when facts are told: it forgets who was revoked, and shares by `allow()`."""

import contextlib
from collections.abc import Iterator
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beaconfire_agency.adapters.tables import tables_of
from beaconfire_agency.application.ports import MaySee
from beaconfire_agency.entrypoints.consumer import may_see
from beaconfire_contracts.envelope import Cause, Scope
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.facts.incident import IncidentOpened
from beaconfire_contracts.ids import IncidentId, PersonId
from beaconfire_contracts.vocabulary import ParticipationState, Role, Sensitivity
from beaconfire_platform.access.allow import allow
from beaconfire_platform.access.subject import Resource
from beaconfire_platform.clock import wall_now
from beaconfire_platform.database import Database
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import a_subject

from .conftest import Undone, Work
from .subscribers import Shared, opened, owned, placed, taking_part

NOBODY = "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"


async def test_a_revocation_told_elsewhere_ends_what_was_exchanged_here(centre: Any) -> None:
    under_test = centre.under_test
    session = (await centre.administrator.get("/v1/session")).json()
    person = PersonId(session["person"]["id"])

    await under_test.tell(AccessRevoked(person, wall_now(), epoch=1))
    assert (await centre.administrator.get("/v1/session")).status_code == 200
    await under_test.catch_up()

    assert (await centre.administrator.get("/v1/session")).status_code == 401


async def test_every_fact_of_agency_is_taken_in_without_a_hitch(centre: Any) -> None:
    body = await centre.body("akl", "akl")
    person = await centre.person("mei", body, "dispatcher")
    seat = await centre.seat("D1", body)
    mei = await centre.signed_in("mei")
    await mei.post(f"/v1/seats/{seat['id']}/take")
    await mei.post(f"/v1/seats/{seat['id']}/leave")
    await centre.administrator.post(f"/v1/people/{person['id']}/revoke", json={})

    await centre.under_test.catch_up()

    assert (await mei.get("/v1/session")).status_code == 401


DIVISIONS = ("akl.north", "akl.south", "akl")
NAMES = ("power", "water", "north")
REACHES = {"power": None, "water": "akl.south", "north": "akl.north"}

stories = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.one_of(
            st.tuples(st.just("open"), st.sampled_from(NAMES), st.sampled_from(DIVISIONS)),
            st.tuples(st.just("own"), st.sampled_from(NAMES), st.just("")),
            st.tuples(st.just("place"), st.sampled_from(DIVISIONS), st.just("")),
            st.tuples(
                st.just("part"), st.sampled_from(NAMES), st.sampled_from(list(ParticipationState))
            ),
        ),
    ),
    min_size=3,
    max_size=14,
)
"""Which of three incidents something happens to, and what."""


def permitted(story: Any, bodies: dict[str, Any]) -> dict[str, set[int]]:
    """What `allow()` itself says of each body and incident in the end, worked out anew."""
    owner: dict[int, str] = {}
    received: dict[int, str] = {}
    lies: dict[int, str] = {}
    parts: dict[int, dict[str, ParticipationState]] = {}
    for number, (verb, first, second) in story:
        if verb == "open" and number not in owner:
            owner[number], received[number] = first, second
        elif verb == "place":
            lies[number] = first
        elif verb == "own" and number in owner:
            owner[number] = first
        elif verb == "part" and number in owner:
            parts.setdefault(number, {})[first] = second
    over = (ParticipationState.RETURNED, ParticipationState.DONE)
    found: dict[str, set[int]] = {}
    for name, body in bodies.items():
        subject = a_subject(Role.VIEWER, reach=REACHES[name] or "nowhere", body=body.id)
        found[name] = {
            number
            for number in owner
            if allow(
                subject,
                "incident.read",
                Resource(
                    path=lies.get(number, received[number]),
                    owner=bodies[owner[number]].id,
                    participants=frozenset(
                        bodies[one].id
                        for one, state in parts.get(number, {}).items()
                        if state not in over
                    ),
                ),
            ).allowed
        }
    return found


def told_by(story: Any, bodies: dict[str, Any], ids: list[IncidentId]) -> Iterator[Fact]:
    """The facts of a story; an incident is opened once."""
    first: dict[int, IncidentOpened] = {}
    for number, (verb, one, other) in story:
        known = first.get(number) or opened(NOBODY, "akl", ids[number])
        if verb == "place":
            yield placed(known, one)
        elif verb == "own":
            yield owned(known, bodies[one].id)
        elif verb == "part":
            yield taking_part(known, bodies[one].id, other)
        elif number not in first:
            first[number] = opened(bodies[one].id, other, ids[number])
            yield first[number]


async def has_now(shared: Shared, body: Any) -> set[IncidentId]:
    """What a body has when it has read everything that it was told."""
    found: set[IncidentId] = set()
    for kind, _, data in await shared.told(body.id):
        if kind.endswith("incident-shown.v1"):
            found.add(data["incident_id"])
        elif kind.endswith("incident-withdrawn.v1"):
            found.discard(data["incident_id"])
    return found


async def published(story: Any, database: Database, rule: MaySee) -> tuple[Any, Any]:
    """What each body has after each fact of a story, and what `allow()` permits it then."""
    ids = [IncidentId(new_id()) for _ in range(3)]
    has: list[dict[str, set[int]]] = []
    may: list[dict[str, set[int]]] = []
    cause = Cause(actor="test", correlation_id="story")
    with contextlib.suppress(Undone):
        async with database.transaction(cause=cause) as tx:
            work, shared = Work(tx, tables_of(tx)), Shared(tx, rule)
            bodies = {name: await work.body(name) for name in NAMES}
            for name, body in bodies.items():
                await shared.subscribe(body, REACHES[name])
            for length in range(1, len(story) + 1):
                heard = len(list(told_by(story[: length - 1], bodies, ids)))
                await shared.hear(*list(told_by(story[:length], bodies, ids))[heard:])
                may.append(permitted(story[:length], bodies))
                has.append(
                    {
                        name: {ids.index(one) for one in await has_now(shared, body)}
                        for name, body in bodies.items()
                    }
                )
            raise Undone
    return has, may


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(story=stories)
async def test_what_is_published_is_what_allow_permits_and_nothing_more(
    story: Any, agency_database: Database
) -> None:
    has, may = await published(story, agency_database, may_see)

    assert has == may


async def test_a_sender_that_does_not_ask_allow_is_caught(agency_database: Database) -> None:
    def everybody(*_: Any) -> bool:
        return True

    story = [(0, ("open", "power", "akl.north")), (1, ("place", "akl.south", ""))]

    has, may = await published(story, agency_database, everybody)

    assert has[-1]["water"] > may[-1]["water"]


async def test_what_is_told_as_personal_changes_nothing_outside(centre: Any) -> None:
    power = await centre.body("power", "root.power", kind="utility")
    answer = await centre.administrator.post("/v1/subscriptions", json={"body": power["id"]})
    assert answer.status_code == 201
    secret = Scope(sensitivity=Sensitivity.SENSITIVE)

    await centre.under_test.tell(opened(power["id"], "root"), scope=secret)
    await centre.under_test.catch_up()

    told = (await centre.administrator.get("/v1/deliveries")).json()["items"]
    assert [one["type"] for one in told] == ["beaconfire.shared.sharing-begun.v1"]
