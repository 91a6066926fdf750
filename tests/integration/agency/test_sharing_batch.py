"""What a transaction learns is written at its end, and is what one by one would have written."""

import random
from dataclasses import replace
from typing import Any

import pytest

from beaconfire_agency.adapters.sharing_batch import BatchSharing, SharingAtHand
from beaconfire_agency.application.share_fact import share_fact
from beaconfire_agency.entrypoints.consumer import may_see
from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts.incident import IncidentClosed
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of, envelope_of

from .subscribers import Shared, opened, owned, placed

_KNOWN = "select kind, id, source, data::text as data from known order by id, source"


def _story(chance: random.Random) -> list[Fact]:
    """What happens to a few incidents, in some order."""
    fires = [opened(new_id(), "akl") for _ in range(3)]
    facts: list[Fact] = [*fires]
    for _ in range(12):
        one = chance.choice(fires)
        facts.append(
            chance.choice((
                owned(one, new_id()),
                placed(one, f"akl.c{chance.randrange(3)}"),
                replace(an_example_of(IncidentClosed), incident_id=one.incident_id),
            ))
        )  # fmt: skip
    return facts


@pytest.mark.parametrize("seed", range(8))
async def test_it_learns_what_one_by_one_would_have_learnt(shared: Shared, seed: int) -> None:
    story, connection = _story(random.Random(seed)), shared.tx.connection
    await connection.execute("savepoint one_by_one")
    for fact in story:
        alone = BatchSharing(shared.tx)
        await share_fact(envelope_of(fact), sharing=alone, may_see=may_see)
        await alone.write()
    wanted = [dict(one) for one in await connection.fetch(_KNOWN)]
    await connection.execute("rollback to one_by_one")

    await shared.hear(*story)
    before = await connection.fetchval("select count(*) from known")
    await shared.of.write(shared.tx)

    assert before == 0
    assert [dict(one) for one in await connection.fetch(_KNOWN)] == wanted


async def test_who_subscribes_between_two_facts_is_told_of_the_second(
    work: Any, shared: Shared
) -> None:
    power = await work.body("power")
    fire = opened(power.id, "akl")
    await shared.hear(fire)

    await shared.subscribe(power, pages=False)
    await shared.hear(placed(fire, "akl.c1"))

    assert await shared.kinds(power.id) == ["sharing-begun", "incident-shown"]


async def test_of_another_transaction_nothing_is_believed(shared: Shared) -> None:
    of = SharingAtHand()
    first = of.tables(shared.tx)

    assert of.tables(shared.tx) is first
    assert of.tables(replace_tx(shared)) is not first


def replace_tx(shared: Shared) -> Any:
    """Another transaction on the same connection: only who it is counts."""
    return type(shared.tx)(shared.tx.connection, shared.tx.cause, "agency")
