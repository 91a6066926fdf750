"""A new subscriber is told at once how everything stands that it may see."""

from dataclasses import replace
from typing import Any

from beaconfire_agency.application.begin_sharing import begin_sharing
from beaconfire_contracts.facts.incident import IncidentClosed
from beaconfire_testkit.builders import NOON, an_example_of

from .subscribers import Shared, opened, placed


async def test_what_is_open_and_may_be_seen_is_told_at_the_beginning(
    work: Any, shared: Shared
) -> None:
    power, water = await work.body("power"), await work.body("water")
    mine, theirs, over = (opened(one.id, "akl") for one in (power, water, power))
    closed = replace(an_example_of(IncidentClosed), incident_id=over.incident_id)
    await shared.hear(mine, placed(mine, "akl.d1"), theirs, over, closed)

    await shared.subscribe(power)

    told = await shared.told(power.id)
    assert [kind.split(".")[2] for kind, _, _ in told] == ["sharing-begun", "incident-shown"]
    assert told[0][2] == {"body": power.id, "reach": None}
    assert told[1][2]["incident_id"] == mine.incident_id
    assert told[1][2]["division"] == "akl.d1"


async def test_until_it_has_begun_nothing_is_told(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    await shared.subscribe(power, begun=False)

    await shared.hear(opened(power.id, "akl"))

    assert await shared.told(power.id) == []


async def test_one_that_ended_meanwhile_does_not_begin(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    made = await shared.subscribe(power, begun=False)
    await work.tables.subscriptions.save(made.ended(NOON)[0])

    await begin_sharing(made.id, sharing=shared.sharing)

    assert await shared.told(power.id) == []
