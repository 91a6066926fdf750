"""A last word, then nothing; whoever subscribes anew begins anew."""

from typing import Any

from beaconfire_agency.application.end_sharing import end_sharing
from beaconfire_testkit.builders import NOON

from .subscribers import Shared, opened, owned, placed


async def test_after_the_last_word_nothing_comes_and_another_begins_anew(
    work: Any, shared: Shared
) -> None:
    power = await work.body("power")
    made = await shared.subscribe(power)
    fire = opened(power.id, "akl")
    await shared.hear(fire)

    await work.tables.subscriptions.save(made.ended(NOON)[0])
    await end_sharing(made.id, sharing=shared.sharing, subscriptions=work.tables.subscriptions)
    await shared.hear(placed(fire, "akl.d1"))
    before = await shared.kinds(power.id)
    await shared.subscribe(power)

    assert before == ["sharing-begun", "incident-shown", "sharing-ended"]
    assert (await shared.kinds(power.id))[3:] == ["sharing-begun", "incident-shown"]
    versions = [(kind.split(".")[2], version) for kind, version, _ in await shared.told(power.id)]
    assert versions[2:] == [("sharing-ended", 2), ("sharing-begun", 3), ("incident-shown", 2)]


async def test_an_end_that_is_heard_after_the_next_beginning_takes_nothing_back(
    work: Any, shared: Shared
) -> None:
    power, water = await work.body("power"), await work.body("water")
    first = await shared.subscribe(power)
    fire = opened(power.id, "akl")
    await shared.hear(fire)

    await work.tables.subscriptions.save(first.ended(NOON)[0])
    await shared.subscribe(power)
    await end_sharing(first.id, sharing=shared.sharing, subscriptions=work.tables.subscriptions)
    await shared.hear(owned(fire, water.id))

    assert await shared.kinds(power.id) == [
        "sharing-begun", "incident-shown", "sharing-ended", "sharing-begun", "incident-shown",
        "incident-withdrawn",
    ]  # fmt: skip
