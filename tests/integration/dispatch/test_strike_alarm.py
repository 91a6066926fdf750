"""An alarm is struck once for each level, asks for its step, and wakes what was answered."""

from dataclasses import replace
from typing import Any

import pytest

from beaconfire_contracts.facts.dispatch import NextAlarmStruck, ResponseOpened
from beaconfire_contracts.ids import BodyId, IncidentId, ResponseId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need, RunCardNamed
from beaconfire_dispatch.adapters.run_cards import KnownCards, PgCardEditions
from beaconfire_dispatch.adapters.standing import RoadStanding
from beaconfire_dispatch.application.order_units import IncidentOver
from beaconfire_dispatch.application.ports import Answering
from beaconfire_dispatch.application.strike_alarm import (
    CardExhausted,
    NoRunCard,
    StrikeAlarm,
    keys,
    strike_alarm,
)
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.run_card import RunCard, RunCards
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id

BODY = BodyId(new_id())
FIRST, SECOND, THIRD = (Need("engine", 1),), (Need("engine", 2),), (Need("engine", 4),)
OPEN = Demand(
    IncidentId(new_id()), 1, "fire.forest", 1, path="akl.d1", owner=BODY, opened_at=wall_now(),
    response_id=ResponseId(new_id()), target_at=wall_now(), needs=FIRST, answered=True,
)  # fmt: skip


@pytest.fixture
async def answering(tables: Any) -> Answering:
    editions = PgCardEditions(tables.tx.connection, KnownCards())
    cards = RunCards.of_cards(BODY, 1, [RunCard("fire", (FIRST, SECOND, THIRD))])
    await editions.add(cards, issued_by="mei", issued_at=wall_now())
    return Answering(
        tables.demands, tables.assignments, tables.tasks, tables.policies, tables.tx, None,  # pyright: ignore[reportArgumentType]  (nobody is sent here)
        editions, new_id, tables.rosters, RoadStanding(lambda: None), tables.deadlines,
    )  # fmt: skip


async def _strike(answering: Answering, demand: Demand, level: int) -> Demand:
    command = StrikeAlarm(demand.incident_id, level)
    return await strike_alarm(command, demand, answering=answering, now=wall_now())


async def test_each_level_is_told_once_with_all_that_is_asked_for(
    tables: Any, answering: Answering
) -> None:
    second = await _strike(answering, OPEN, 2)
    again = await _strike(answering, second, 2)
    third = await _strike(answering, again, 3)
    lower = await _strike(answering, third, 2)

    told = tables.told(NextAlarmStruck)
    assert [(one.level, one.needs) for one in told] == [(2, SECOND), (3, THIRD)]
    assert told[0].run_card == RunCardNamed(BODY, 1, None, "fire")
    assert (again, lower) == (second, third)
    assert await tables.demands.get(OPEN.incident_id) == third
    assert (third.alarm_level, third.needs, third.answered) == (3, THIRD, False)


async def test_a_level_may_be_passed_over(tables: Any, answering: Answering) -> None:
    struck = await _strike(answering, OPEN, 3)

    assert (struck.alarm_level, struck.needs) == (3, THIRD)
    assert [one.level for one in tables.told(NextAlarmStruck)] == [3]


async def test_past_the_card_without_a_card_and_after_the_end_it_is_refused(
    tables: Any, answering: Answering
) -> None:
    with pytest.raises(CardExhausted) as exhausted:
        await _strike(answering, OPEN, 4)
    with pytest.raises(NoRunCard):
        await _strike(answering, replace(OPEN, type=None), 2)
    with pytest.raises(IncidentOver):
        await _strike(answering, replace(OPEN, ended=True), 2)

    assert exhausted.value.fields == {"levels": 3, "alarm_level": 1}
    assert tables.told(NextAlarmStruck) == []


async def test_what_dispatch_has_not_heard_of_gets_its_response_with_its_alarm(
    tables: Any, answering: Answering
) -> None:
    read = replace(OPEN, response_id=None, target_at=None, needs=())

    struck = await _strike(answering, read, 2)

    [opened] = tables.told(ResponseOpened)
    [told] = tables.told(NextAlarmStruck)
    assert opened.response_id == told.response_id == struck.response_id
    assert (opened.alarm_level, opened.needs, told.needs) == (1, FIRST, SECOND)
    with pytest.raises(NoRunCard):
        await _strike(answering, replace(read, opened_at=None), 2)


def test_only_the_incident_is_locked() -> None:
    assert keys(StrikeAlarm(OPEN.incident_id, 2)) == (aggregate(OPEN.incident_id),)
