"""What `allow()` decides one by one, the predicate selects in PostgreSQL: never a row more."""

import json
from collections.abc import AsyncGenerator

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import ACTIONS, EVERYWHERE, allow, reach
from beaconfire_platform.access.predicate import PARAMETERS, Columns, bounds, predicate
from beaconfire_platform.access.subject import Resource, Subject

THINGS = """
    with thing as (
        select ordinality as number, value ->> 'path' as path, value ->> 'owner' as owner,
               array(select json_array_elements_text(value -> 'participants')) as participants,
               array(select json_array_elements_text(value -> 'units')) as units,
               array(select json_array_elements_text(value -> 'people')) as people
        from json_array_elements($1::json) with ordinality
    )
    select number from thing where {condition} order by number
"""
COLUMNS = Columns("path", "owner", "participants", "units", "people")
SELECT = THINGS.replace("{condition}", predicate(COLUMNS, first=2))

# Codes that LIKE would misread are meant: a path is matched letter by letter.
CODES = st.sampled_from(["a", "b", "ab", "a_b", "axb", "a%", "a%b", "\\", "a\\b", "é"])
PATHS = st.lists(CODES, min_size=1, max_size=4).map(".".join)
BODIES = st.sampled_from(["b1", "b2", "b3"])
UNITS = st.sampled_from(["u1", "u2"])
PEOPLE = st.sampled_from(["p1", "p2"])

grants = st.builds(
    Grant,
    role=st.sampled_from(list(Role)),
    body=BODIES.map(BodyId),
    reach=PATHS | st.just(EVERYWHERE),
    unit_id=st.none() | UNITS.map(UnitId),
)
subjects = st.builds(
    Subject,
    id=PEOPLE,
    grants=st.lists(grants, max_size=4).map(tuple),
    scopes=st.just(frozenset[str]()) | st.frozensets(st.sampled_from(sorted(ACTIONS)), max_size=5),
)
resources = st.builds(
    Resource,
    path=st.none() | PATHS,
    owner=st.none() | BODIES,
    participants=st.frozensets(BODIES, max_size=2),
    unit_ids=st.frozensets(UNITS, max_size=2),
    person_ids=st.frozensets(PEOPLE, max_size=2),
)


@pytest.fixture
async def connection(database: str) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database)
    yield connection
    await connection.close()


def _row(resource: Resource) -> dict[str, object]:
    return {
        "path": resource.path,
        "owner": resource.owner,
        "participants": sorted(resource.participants),
        "units": sorted(resource.unit_ids),
        "people": sorted(resource.person_ids),
    }


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    subject=subjects,
    action=st.sampled_from(sorted(ACTIONS)),
    things=st.lists(resources, min_size=1, max_size=25),
)
async def test_the_list_holds_exactly_what_the_decision_allows(
    connection: asyncpg.Connection, subject: Subject, action: str, things: list[Resource]
) -> None:
    allowed = [
        number for number, one in enumerate(things, 1) if allow(subject, action, one).allowed
    ]

    found = await connection.fetch(
        SELECT, json.dumps([_row(one) for one in things]), *bounds(reach(subject, action))
    )

    assert [row["number"] for row in found] == allowed


async def test_what_a_table_does_not_keep_lets_nothing_through(
    connection: asyncpg.Connection,
) -> None:
    subject = Subject("p1", (Grant(Role.FIELD, BodyId("b1"), "a", UnitId("u1")),))
    condition = predicate(Columns(path="'a'::text"))

    found = await connection.fetchval(
        f"select {condition}", *bounds(reach(subject, "assignment.read"))
    )

    assert found is not True
    assert condition.count("$") > PARAMETERS
