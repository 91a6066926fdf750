"""Who is turned round, whose place is taken: said in reasons and by the order's own name."""

from dataclasses import replace

import numpy as np

from beaconfire_dispatch.domain.engine.explain import advise, propose
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot, UnderWay
from beaconfire_dispatch.domain.engine.turning import is_sent, replaced, turning

ON_A = UnderWay("a", "order-of-a")


def a_unit(name: str, leaves: UnderWay | None = None, answering: int = 3) -> Free:
    return Free(
        name, name.upper(), frozenset({"engine"}), 0.0, 10.0,
        answering=None if leaves is None else answering, under_way=leaves,
    )  # fmt: skip


def a_slot(incident: str, priority: int, held_by: str | None = None) -> Slot:
    return Slot(incident, "engine", priority, 0.0, 480.0, held_by)


def a_situation(slots: list[Slot], units: list[Free], road_s: list[list[float]]) -> Situation:
    return Situation(
        tuple(slots), tuple(units), np.array(road_s, dtype=float), "road", np.zeros((len(units), 1))
    )


def test_a_crew_on_its_way_is_turned_round_for_the_more_urgent_and_another_stands_in() -> None:
    slots = [a_slot("a", 3, "u"), a_slot("b", 1)]
    units = [a_unit("u", ON_A), a_unit("v")]
    situation = a_situation(slots, units, [[300, 60], [400, 900]])

    advice = advise(situation)

    [to_b], [to_a] = advice["b"].options[0].choices, advice["a"].options[0].choices
    assert (to_b.unit_id, to_b.leaves, to_b.replaces) == ("u", ON_A, None)
    assert {"code": "turned_round", "from_id": "a"} in to_b.reasons
    assert (to_a.unit_id, to_a.leaves, to_a.replaces) == ("v", None, None)
    assert {"code": "stands_in", "call_sign": "U", "earlier_by_s": -100.0} in to_a.reasons


def test_whose_crew_has_nobody_in_its_stead_is_not_short_before_it_is_turned_round() -> None:
    situation = a_situation([a_slot("a", 3, "u"), a_slot("b", 1)], [a_unit("u", ON_A)], [[300, 60]])

    found = propose(situation)

    assert (found["a"].units, found["a"].short) == ((), ())
    assert (found["b"].units, found["b"].short) == (("u",), ())


def test_who_is_under_way_already_is_not_ordered_again() -> None:
    situation = a_situation(
        [a_slot("a", 1, "u")], [a_unit("u", ON_A, 1), a_unit("v")], [[60], [300]]
    )

    assert propose(situation)["a"].units == ()
    assert advise(situation)["a"].options == ()
    assert not is_sent(situation, 0, 0)
    assert is_sent(situation, 0, 1)


def test_a_much_better_placed_crew_takes_over_and_the_first_is_stood_down() -> None:
    situation = a_situation(
        [a_slot("a", 1, "u")], [a_unit("u", ON_A, 1), a_unit("v")], [[900], [60]]
    )

    [choice] = advise(situation)["a"].options[0].choices

    assert (choice.unit_id, choice.replaces) == ("v", ON_A)
    assert {"code": "takes_over", "call_sign": "U", "earlier_by_s": 840.0} in choice.reasons
    assert replaced(situation, {0: 1}, 0) == ON_A
    assert replaced(situation, {0: 1, 1: 0}, 0) is None
    assert [one["code"] for one in turning(situation, {0: 1}, 0)] == ["takes_over"]


def test_nobody_is_had_for_the_less_urgent_nor_for_what_has_had_its_diversion() -> None:
    unit = a_unit("u", ON_A, 2)

    def ruled_out(slot: Slot) -> dict[str, int]:
        return advise(a_situation([slot], [unit], [[60]]))["b"].ruled_out

    assert ruled_out(a_slot("b", 3)) == {"answers_more_urgent": 1}
    assert ruled_out(replace(a_slot("b", 1), may_divert=False)) == {"diversion_used": 1}
    assert ruled_out(replace(a_slot("b", 3), may_divert=False)) == {"answers_more_urgent": 1}
    assert ruled_out(a_slot("b", 2)) == {}
