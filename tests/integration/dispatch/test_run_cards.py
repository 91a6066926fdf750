"""Run cards as they are kept: version by version; who has issued none has those of the build."""

import tomllib
from importlib.resources import files
from typing import Any

import pytest

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.needs import Need
from beaconfire_dispatch.adapters.run_cards import (
    KEPT_MAX,
    KnownCards,
    PgCardEditions,
    PgCardViews,
    load_carried,
)
from beaconfire_dispatch.domain.card_rules import check_cards
from beaconfire_dispatch.domain.run_card import NOTHING, RunCard, RunCards
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_testkit.city import City

CARRIED = load_carried()
CARD = RunCard("fire", ((Need("engine", 1, ("tender",), "pair"),),), "akl.d1", 30.0, verify=True)


@pytest.fixture
def editions(tables: Any) -> PgCardEditions:
    return PgCardEditions(tables.tx.connection, KnownCards())


async def test_what_was_issued_is_read_back_and_older_versions_stay(
    editions: PgCardEditions,
) -> None:
    body = BodyId(new_id())
    behind = await editions.of(None)
    more = RunCard("flood", ((Need("engine", 1),),))
    first = RunCards.of_cards(body, 1, [CARD], behind)
    second = RunCards.of_cards(body, 2, [CARD, more], behind)

    for one in (first, second):
        await editions.add(one, issued_by="mei", issued_at=wall_now())

    assert await editions.of(body) == second
    assert await editions.read(body, 1) == first
    assert await editions.read(body, 3) is None
    assert await editions.newest(body) == 2


async def test_who_has_issued_none_follows_what_came_with_the_build(
    editions: PgCardEditions,
) -> None:
    body = BodyId(new_id())

    assert await editions.of(body) is await editions.of(None)
    assert (await editions.of(body)).by_key == CARRIED.by_key
    assert (await editions.read(body, 0), await editions.newest(body)) == (
        await editions.of(None), 0,
    )  # fmt: skip


async def test_no_more_bodies_than_are_needed_are_kept_in_memory() -> None:
    known = KnownCards()
    names = [new_id() for _ in range(KEPT_MAX + 1)]

    for name in names:
        known.keep(name, 1, CARRIED)

    assert known.get(names[0], 1) is None
    assert known.get(names[1], 1) is CARRIED


async def test_what_any_unit_can_do_may_stand_on_a_card(city: City) -> None:
    await city.add_unit("X1", "engine", "drone")
    views = PgCardViews(city.running.ground.database, KnownCards())

    known = await views.capabilities()

    assert {"drone", "engine", "hazmat"} <= known
    assert (await views.cards(BodyId(city.centre.body), None))[1] == 0
    assert (await views.cards_of(None)).version == 0


def test_a_house_on_fire_asks_for_engines_a_ladder_and_an_ambulance() -> None:
    card = CARRIED.choose("fire.structure", "akl.d1.c1")

    needs = {one.capability: one.count for one in card.at(1)}
    assert needs == {"engine": 2, "ladder": 1, "ambulance": 1}
    assert card.levels == 3


@pytest.mark.parametrize("prefix", ["fire", "hazmat"])
def test_whatever_burns_or_poisons_has_a_stand_off(prefix: str) -> None:
    dangerous = [one for one in CARRIED.by_key.values() if one.type.partition(".")[0] == prefix]

    assert dangerous
    assert all(one.stand_off_m >= 100 for one in dangerous)


def test_what_the_build_carries_keeps_the_rules_that_a_body_must_keep() -> None:
    cards = tuple(CARRIED.by_key.values())
    known = {need.capability for one in cards for step in one.steps for need in step}

    check_cards(cards, known)

    text = files("beaconfire_dispatch.adapters").joinpath("run_cards.toml").read_text("utf-8")
    assert len(cards) == len(tomllib.loads(text)["cards"]) > 20


def test_every_type_that_a_call_taker_may_choose_is_answered_by_somebody() -> None:
    text = files("beaconfire_incident.adapters").joinpath("incident_types.toml").read_text("utf-8")
    codes = [row["code"] for row in tomllib.loads(text)["types"]]

    assert len(codes) > 20
    assert [code for code in codes if CARRIED.choose(code, None) is NOTHING] == []
    known = {code.partition(".")[0] for code in codes}
    assert {one.type.partition(".")[0] for one in CARRIED.by_key.values()} <= known
