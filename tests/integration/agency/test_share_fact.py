"""A fact is shared with whoever may see what it changes, as it stands, once."""

from dataclasses import replace
from typing import Any

from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.ids import BodyId, UnitId
from beaconfire_contracts.vocabulary import ParticipationState
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import an_example_of

from .subscribers import Shared, opened, owned, placed, taking_part


async def test_two_bodies_are_told_what_each_may_see(work: Any, shared: Shared) -> None:
    power, water = await work.body("power"), await work.body("water")
    for body in (power, water):
        await shared.subscribe(body)
    of_power, of_water = opened(power.id, "akl"), opened(water.id, "akl")

    await shared.hear(of_power, of_water, placed(of_power, "akl.d1"))

    of_each = {
        body.code: [data["incident_id"] for kind, _, data in await shared.told(body.id)
                    if kind.endswith("incident-shown.v1")]
        for body in (power, water)
    }  # fmt: skip
    assert of_each == {
        "power": [of_power.incident_id, of_power.incident_id],
        "water": [of_water.incident_id],
    }


async def test_who_is_asked_to_help_is_told_and_told_no_more_when_it_has_done(
    work: Any, shared: Shared
) -> None:
    power = await work.body("power")
    await shared.subscribe(power)
    fire = opened(new_id(), "akl")

    await shared.hear(fire, taking_part(fire, power.id, ParticipationState.ASKED))
    await shared.hear(taking_part(fire, power.id, ParticipationState.DONE))
    await shared.hear(placed(fire, "akl.d1"))

    assert await shared.kinds(power.id) == ["sharing-begun", "incident-shown", "incident-withdrawn"]
    assert (await shared.told(power.id))[-1][2] == {"incident_id": fire.incident_id}


async def test_who_owns_it_no_more_is_told_so_and_nothing_after(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    await shared.subscribe(power)
    fire = opened(power.id, "akl")

    await shared.hear(fire, owned(fire, new_id()), placed(fire, "akl.d1"))

    assert await shared.kinds(power.id) == ["sharing-begun", "incident-shown", "incident-withdrawn"]


async def test_a_body_with_a_reach_is_told_what_lies_there_as_it_moves(
    work: Any, shared: Shared
) -> None:
    north = await work.body("north")
    await shared.subscribe(north, "akl.north")
    fire = opened(new_id(), "akl")

    await shared.hear(fire)
    await shared.hear(placed(fire, "akl.north.c1"), placed(fire, "akl.south.c1"))
    await shared.hear(placed(fire, "akl.north.c2"))

    told = await shared.told(north.id)
    assert await shared.kinds(north.id) == [
        "sharing-begun",
        "incident-shown",
        "incident-withdrawn",
        "incident-shown",
    ]
    assert [version for _, version, _ in told[1:]] == [1, 2, 3]


async def test_what_changes_nothing_that_is_shown_is_not_told_again(
    work: Any, shared: Shared
) -> None:
    power = await work.body("power")
    await shared.subscribe(power)
    fire = opened(power.id, "akl")

    await shared.hear(fire, placed(fire, "akl.d1"), placed(fire, "akl.d1"))

    assert await shared.kinds(power.id) == ["sharing-begun", "incident-shown", "incident-shown"]


async def test_facts_in_another_order_come_to_the_same(work: Any, shared: Shared) -> None:
    power = await work.body("power")
    await shared.subscribe(power)
    one, other = opened(power.id, "akl", new_id()), opened(power.id, "akl", new_id())

    await shared.hear(one, placed(one, "akl.d1"), placed(other, "akl.d1"), other)

    last = {
        data["incident_id"]: {**data, "incident_id": ""}
        for kind, _, data in await shared.told(power.id)
        if kind.endswith("shown.v1")
    }
    assert last[one.incident_id] == last[other.incident_id]


async def test_units_are_told_to_their_own_body_alone(work: Any, shared: Shared) -> None:
    power, water = await work.body("power"), await work.body("water")
    for body in (power, water):
        await shared.subscribe(body)
    unit = a_unit(power.id, "akl")

    await shared.hear(unit)

    assert await shared.kinds(power.id) == ["sharing-begun", "unit-shown"]
    assert await shared.kinds(water.id) == ["sharing-begun"]


def a_unit(body: str, division: str) -> Any:
    """A unit of a body."""
    told = an_example_of(UnitRegistered)
    return replace(told, unit_id=UnitId(new_id()), body=BodyId(body), division=division)
