"""Which card is chosen: the smallest area by the path, then the longest part of the type."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import BodyId, IncidentId
from beaconfire_contracts.needs import Need, RunCardNamed
from beaconfire_contracts.places import UNPLACED
from beaconfire_dispatch.domain.demand import Demand
from beaconfire_dispatch.domain.run_card import NOTHING, RunCard, RunCards, areas_around, areas_of
from beaconfire_testkit.builders import AN_ID

BODY = BodyId(AN_ID)
ENGINE, MORE = Need("engine", 1), Need("engine", 3)


def a_card(type_code: str, area: str | None = None) -> RunCard:
    return RunCard(type_code, ((ENGINE,), (MORE,)), area)


def of(*cards: RunCard) -> RunCards:
    return RunCards.of_cards(BODY, 7, cards)


def test_the_longest_matching_code_decides() -> None:
    fire, dwelling = a_card("fire"), a_card("fire.dwelling")
    cards = of(fire, dwelling)

    assert cards.choose("fire.dwelling.kitchen", None) is dwelling
    assert cards.choose("fire.forest", "akl.d1") is fire
    assert cards.choose("fire", UNPLACED) is fire


def test_an_unknown_type_asks_for_nothing() -> None:
    cards = of(a_card("fire"))

    assert cards.choose("firework", None) is NOTHING
    assert cards.choose("", None) is NOTHING
    assert cards.choose(None, None) is NOTHING
    assert (NOTHING.at(1), NOTHING.at(4), NOTHING.levels) == ((), (), 0)
    assert cards.named(NOTHING) is None


def test_the_card_of_a_smaller_area_goes_before_a_longer_type() -> None:
    harbour = a_card("fire", "akl.harbour")
    cards = of(a_card("fire.ship"), a_card("fire.ship", "akl"), harbour)

    assert cards.choose("fire.ship", "akl.harbour.c1") is harbour
    assert cards.choose("fire.ship", "akl.west.c1").area == "akl"
    assert cards.choose("fire.ship", "wlg.c1").area is None


def test_an_area_is_named_by_its_path_or_by_its_own_code_and_never_by_a_piece_of_one() -> None:
    by_code, by_path = a_card("fire", "harbour"), a_card("fire", "akl.harbour")

    assert of(by_code).choose("fire", "akl.harbour.c1") is by_code
    assert of(by_code, by_path).choose("fire", "akl.harbour.c1") is by_path
    assert of(by_code).choose("fire", "akl.harbourside.c1") is NOTHING
    assert of(by_path).choose("fire", "akl.harbour2") is NOTHING


def test_a_later_alarm_has_its_step_and_one_past_the_end_the_last() -> None:
    card = a_card("fire")

    assert [card.at(level) for level in (1, 2, 9)] == [(ENGINE,), (MORE,), (MORE,)]
    assert card.levels == 2
    assert RunCard("city", ((),), verify=True).levels == 0
    assert RunCard("city", ((), (ENGINE,)), verify=True).levels == 2


def test_facts_name_the_card_with_its_version() -> None:
    card = a_card("fire", "akl")

    assert of(card).named(card) == RunCardNamed(BODY, 7, "akl", "fire")


def test_what_a_set_leaves_out_the_set_behind_answers_under_its_own_name() -> None:
    carried = RunCards.of_cards(None, 0, [a_card("fire.ship"), a_card("medical"), a_card("flood")])
    wide, local = a_card("fire"), a_card("flood", "akl")
    cards = RunCards.of_cards(BODY, 7, [wide, local], carried)

    ship, chest = cards.choose("fire.ship", None), cards.choose("medical.chest", "akl.c1")
    assert cards.named(ship) == RunCardNamed(BODY, 7, None, "fire")
    assert cards.named(chest) == RunCardNamed(None, 0, None, "medical")
    assert cards.named(cards.choose("flood", "akl.c1")) == RunCardNamed(BODY, 7, "akl", "flood")
    assert cards.named(cards.choose("flood", "wlg.c1")) == RunCardNamed(None, 0, None, "flood")
    assert cards.choose("weather", None) is NOTHING
    assert cards.still_behind() == ("medical", "flood")
    assert carried.still_behind() == ()


CODES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(".".join)


@given(st.sets(st.tuples(st.none() | CODES, CODES), max_size=12), CODES, st.none() | CODES)
def test_no_card_that_holds_is_nearer_than_the_chosen_one(
    keys: set[tuple[str | None, str]], type_code: str, path: str | None
) -> None:
    cards = of(*(a_card(kind, area) for area, kind in keys))
    areas = list(areas_of(path))
    holding = [
        card
        for card in cards.by_key.values()
        if card.area in areas and f"{type_code}.".startswith(f"{card.type}.")
    ]

    chosen = cards.choose(type_code, path)

    nearest = min(holding, key=lambda one: (areas.index(one.area), -len(one.type)), default=NOTHING)
    assert chosen is nearest


@given(st.none() | CODES)
def test_every_area_of_a_path_is_named_and_everywhere_is_last(path: str | None) -> None:
    areas = list(areas_of(path))
    parts = [] if path is None else path.split(".")

    assert areas[-1] is None
    assert set(areas[:-1]) == set(parts) | {
        ".".join(parts[:length]) for length in range(1, len(parts) + 1)
    }
    assert areas[0] == path


def test_a_response_area_goes_after_the_cell_and_before_every_division() -> None:
    names = list(areas_around("akl.d1.c1", ["akl.d1.duty7"], ["small", "large"], "akl"))

    assert names == [
        "akl.d1.c1", "c1", "akl.d1.duty7", "duty7", "small", "large", "akl.d1", "d1", "akl", None,
    ]  # fmt: skip
    cards = [a_card("fire", area) for area in ("c1", "small", "large", "d1", None)]
    for place, card in enumerate(cards):
        assert of(*cards[place:]).choose_in("fire", names) is card


def test_in_no_cell_the_response_area_goes_before_the_receivers_division() -> None:
    at_sea = Demand(IncidentId("i"), path=UNPLACED, division="akl.d1", response_areas=("harbour",))

    assert at_sea.card_areas == ("harbour", "akl.d1", "d1", "akl", None)
    assert Demand(IncidentId("i")).card_areas == (None,)


@given(st.none() | CODES)
def test_without_other_areas_a_path_has_the_names_that_it_always_had(path: str | None) -> None:
    assert list(areas_around(path, (), (), None)) == list(areas_of(path))
