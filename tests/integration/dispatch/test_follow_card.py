"""What an incident asks for follows its card: by area once placed, by owner, by alarm level."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import ResponseOpened
from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need, RunCardNamed
from beaconfire_contracts.places import UNPLACED
from beaconfire_dispatch.adapters.run_cards import KnownCards, PgCardEditions
from beaconfire_dispatch.adapters.standing import RoadStanding
from beaconfire_dispatch.application.follow_card import follow_card, keys
from beaconfire_dispatch.application.ports import Answering
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.run_card import RunCard, RunCards
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id

BODY = BodyId(new_id())
WIDE, LOCAL, MORE = (Need("engine", 1),), (Need("ladder", 1),), (Need("ladder", 2),)
HEARD = Demand(
    IncidentId(new_id()), 1, "fire.structure", 1, path=UNPLACED, division="akl", owner=BODY,
    opened_at=wall_now(),
)  # fmt: skip


@pytest.fixture
async def answering(tables: Any) -> Answering:
    editions = PgCardEditions(tables.tx.connection, KnownCards())
    cards = [RunCard("fire", (WIDE,)), RunCard("fire", (LOCAL, MORE), "akl.d1")]
    issued = RunCards.of_cards(BODY, 1, cards)
    await editions.add(issued, issued_by="mei", issued_at=wall_now())
    return Answering(
        tables.demands, tables.assignments, tables.tasks, tables.policies, tables.tx, None,  # pyright: ignore[reportArgumentType]  (nobody is sent here)
        editions, new_id, tables.rosters, RoadStanding(lambda: None), tables.deadlines,
    )  # fmt: skip


async def test_the_card_of_the_area_counts_once_it_is_placed_and_keeps_the_alarm_level(
    tables: Any, answering: Answering
) -> None:
    opened = await follow_card(HEARD, HEARD, answering=answering)
    struck = replace(opened, alarm_level=2)
    placed = await follow_card(struck, replace(struck, path="akl.d1.c1"), answering=answering)

    first, second = tables.told(ResponseOpened)
    assert (first.needs, first.alarm_level) == (WIDE, 1)
    assert (second.needs, second.alarm_level) == (MORE, 2) == (placed.needs, placed.alarm_level)
    assert second.run_card == RunCardNamed(BODY, 1, "akl.d1", "fire")
    assert second.response_id == first.response_id


async def test_another_owner_has_other_cards(tables: Any, answering: Answering) -> None:
    opened = await follow_card(HEARD, HEARD, answering=answering)

    handed = await follow_card(opened, replace(opened, owner=new_id()), answering=answering)

    told = tables.told(ResponseOpened)[-1]
    assert told.run_card == RunCardNamed(None, 0, None, "fire.structure")
    assert handed.response_id == opened.response_id


async def test_nothing_is_told_again_where_nothing_that_decides_has_changed(
    tables: Any, answering: Answering
) -> None:
    opened = await follow_card(HEARD, HEARD, answering=answering)
    newer = RunCards.of_cards(BODY, 2, [RunCard("fire", (MORE,))])
    await answering.cards.add(newer, issued_by="mei", issued_at=wall_now())

    same = await follow_card(opened, replace(opened, number=2), answering=answering)
    later = await follow_card(opened, replace(opened, priority=2), answering=answering)

    assert same == replace(opened, number=2)
    assert later.needs == MORE
    assert len(tables.told(ResponseOpened)) == 2


async def test_what_has_no_priority_yet_has_no_response(tables: Any, answering: Answering) -> None:
    unknown = replace(HEARD, priority=None)

    assert await follow_card(unknown, unknown, answering=answering) == unknown
    assert tables.told(ResponseOpened) == []
    assert keys(unknown) == (aggregate(unknown.incident_id),)
