"""A body's cards are issued as its next version, whole, and never over one that was not read."""

from typing import Any

import pytest

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.locks import aggregate
from beaconfire_contracts.needs import Need
from beaconfire_contracts.refusals import StaleVersion
from beaconfire_dispatch.adapters.run_cards import KnownCards, PgCardEditions
from beaconfire_dispatch.application.issue_run_cards import IssueRunCards, issue_run_cards, keys
from beaconfire_dispatch.domain.card_rules import UnknownCapability, UnknownCardArea
from beaconfire_dispatch.domain.run_card import RunCard
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id

CARD = RunCard("fire", ((Need("engine", 1),),))


async def test_versions_count_up_for_each_body_alone(tables: Any) -> None:
    editions = PgCardEditions(tables.tx.connection, KnownCards())
    one, other = BodyId(new_id()), BodyId(new_id())

    async def issue(body: BodyId, replaces: int, *cards: RunCard) -> int:
        command = IssueRunCards(body, replaces, cards, "mei")
        known = frozenset({"engine"})
        issued = await issue_run_cards(
            command, editions=editions, known=known, unknown_areas={"akl.d7"}, now=wall_now()
        )
        assert issued.behind is await editions.of(None)
        return issued.version

    assert [await issue(one, 0, CARD), await issue(one, 1, CARD)] == [1, 2]
    assert await issue(other, 0, CARD) == 1
    with pytest.raises(StaleVersion) as stale:
        await issue(one, 1, CARD)
    with pytest.raises(UnknownCardArea):
        await issue(one, 2, RunCard("fire", ((Need("engine", 1),),), "akl.d7"))
    with pytest.raises(UnknownCapability):
        await issue(one, 2, RunCard("fire", ((Need("unicorn", 1),),)))
    assert stale.value.fields == {"version": 2}
    assert await editions.newest(one) == 2


def test_whoever_issues_the_same_bodys_cards_waits() -> None:
    body = BodyId(new_id())

    assert keys(IssueRunCards(body, 0, (CARD,), "mei")) == (aggregate(f"run-cards/{body}"),)
