"""What is said of a choice and of a closer unit is true of the small situations it is said in."""

from dataclasses import replace
from typing import Any

import numpy as np

from beaconfire_dispatch.domain.engine.explain import Advice, Choice, advise
from beaconfire_dispatch.domain.engine.reasons import ALTERNATIVES_MAX
from beaconfire_dispatch.domain.engine.state import Free, Prices, Situation, Slot, UnderWay


def a_unit(name: str, *capabilities: str) -> Free:
    return Free(name, name.upper(), frozenset(capabilities or ("engine",)), 0.0, 60.0)


def a_slot(incident: str = "i", priority: int = 4, capability: str = "engine") -> Slot:
    return Slot(incident, capability, priority, 0.0, 2_000.0, alternatives=("ladder",))


def advice_on(
    slots: list[Slot], units: list[Free], road_s: list[list[float]], prices: Prices | None = None
) -> dict[str, Advice]:
    roads = np.array(road_s, dtype=float).reshape(len(units), len(slots))
    posts = np.zeros((len(units), 1))
    return advise(Situation(tuple(slots), tuple(units), roads, "road", posts, prices or Prices()))


def chosen(advice: Advice, way: int = 0) -> Choice:
    [choice] = advice.options[way].choices
    return choice


def said(choice: Choice, code: str) -> dict[str, Any]:
    [found] = [one for one in choice.reasons if one["code"] == code]
    return found


def codes(choice: Choice) -> set[str]:
    return {one["code"] for one in choice.reasons}


def test_alone_in_the_system_a_closer_stand_in_lost_by_standing_in_and_to_no_other_incident() -> (
    None
):
    units = [a_unit("e1"), a_unit("l1", "ladder")]

    choice = chosen(advice_on([a_slot()], units, [[200], [110]])["i"])

    assert (choice.unit_id, choice.reasons[0]["code"]) == ("e1", "least_price")
    closer = said(choice, "closer_dearer")
    assert (closer["call_sign"], closer["closer_by_s"]) == ("L1", 90.0)
    assert closer["lost_by"] == "alternative"
    assert closer["then_dearer_by"] > 0
    assert "then_late_id" not in closer
    assert not {"joint_optimum", "closer_needed_elsewhere"} & codes(choice)


def test_a_closer_unit_that_can_do_more_lost_by_that() -> None:
    units = [a_unit("e1"), a_unit("m1", "engine", "hazmat", "pump", "rope")]

    choice = chosen(advice_on([a_slot()], units, [[200], [150]])["i"])

    assert choice.unit_id == "e1"
    assert said(choice, "closer_dearer")["lost_by"] == "over_qualified"


def test_a_closer_unit_of_another_division_lost_by_the_level() -> None:
    units = [replace(a_unit("e1"), path="c.d1"), replace(a_unit("e2"), path="c.d2")]
    slot = replace(a_slot(), path="c.d1.x")

    choice = chosen(advice_on([slot], units, [[200], [190]], Prices(level=0.1))["i"])

    assert choice.unit_id == "e1"
    assert said(choice, "closer_dearer")["lost_by"] == "level"


def test_a_closer_crew_that_would_have_to_be_turned_round_lost_by_that() -> None:
    rolling = replace(a_unit("e2"), answering=4, under_way=UnderWay("gone", "order"))

    choice = chosen(advice_on([a_slot()], [a_unit("e1"), rolling], [[200], [190]])["i"])

    assert choice.unit_id == "e1"
    assert said(choice, "closer_dearer")["lost_by"] == "switch"


def test_who_would_be_cheaper_and_goes_elsewhere_lost_by_no_term_and_the_incident_is_named() -> (
    None
):
    units = [a_unit("a1"), a_unit("a2")]
    slots = [a_slot("i", 3), a_slot("j", 1)]

    advice = advice_on(slots, units, [[60, 60], [120, 900]])

    choice = chosen(advice["i"])
    assert (choice.unit_id, choice.reasons[0]["code"]) == ("a2", "joint_optimum")
    for code in ("considered", "closer_needed_elsewhere"):
        assert said(choice, code)["call_sign"] == "A1"
        assert said(choice, code)["lost_by"] == "needed_elsewhere"
        assert said(choice, code)["needed_by"] == "j"
    assert said(choice, "considered")["dearer_by"] < 0
    assert said(choice, "closer_needed_elsewhere")["then_late_id"] == "j"


def test_another_way_says_that_the_first_unit_is_left_out_for_being_of_the_first_way() -> None:
    units = [a_unit("e1"), a_unit("e2"), a_unit("e3")]

    advice = advice_on([a_slot()], units, [[60], [120], [180]])["i"]

    assert [chosen(advice, way).unit_id for way in range(3)] == ["e1", "e2", "e3"]
    second, third = chosen(advice, 1), chosen(advice, 2)
    assert second.reasons[0]["code"] == third.reasons[0]["code"] == "another_way"
    assert said(second, "closer_in_another_way") == {
        "code": "closer_in_another_way", "call_sign": "E1", "closer_by_s": 60.0,
        "lost_by": "in_another_way",
    }  # fmt: skip
    of_second = {one["call_sign"]: one["lost_by"] for one in second.reasons
                 if one["code"] == "considered"}  # fmt: skip
    assert of_second == {"E1": "in_another_way", "E3": "minutes"}
    of_third = {one["call_sign"] for one in third.reasons if one.get("lost_by") == "in_another_way"}
    assert of_third == {"E1", "E2"}


def test_of_two_alike_it_is_said_that_they_are_and_what_decided() -> None:
    rested = [a_unit("b1"), replace(a_unit("a1"), idle_since_s=-50.0)]
    equals = [a_unit("b1"), a_unit("a1")]

    by_rest = chosen(advice_on([a_slot()], rested, [[60], [60]])["i"])
    by_id = chosen(advice_on([a_slot()], equals, [[60], [60]])["i"])

    assert (by_rest.unit_id, by_id.unit_id) == ("b1", "a1")
    assert said(by_rest, "considered")["lost_by"] == said(by_id, "considered")["lost_by"] == "tie"
    assert said(by_rest, "considered")["tie_by"] == "sent_longer_ago"
    assert said(by_id, "considered")["tie_by"] == "lower_id"


def test_beside_a_unit_that_a_desk_asked_for_nobody_lost_by_a_term() -> None:
    units = [replace(a_unit("far"), pinned_to="i"), a_unit("near")]

    choice = chosen(advice_on([a_slot()], units, [[600], [60]])["i"])

    assert (choice.unit_id, choice.reasons[0]["code"]) == ("far", "pinned")
    closer = said(choice, "closer_not_asked_for")
    assert (closer["lost_by"], closer["closer_by_s"]) == ("asked_for", 540.0)
    assert "then_dearer_by" not in closer
    assert said(choice, "considered")["lost_by"] == "asked_for"


def test_no_more_runners_up_are_named_than_are_read() -> None:
    units = [a_unit(f"e{nth}") for nth in range(6)]

    choice = chosen(advice_on([a_slot()], units, [[60 + nth] for nth in range(6)])["i"])

    assert [one["code"] for one in choice.reasons].count("considered") == ALTERNATIVES_MAX


def test_how_long_before_its_target_or_after_it_a_unit_arrives_is_said() -> None:
    late = replace(a_slot(), elapsed_s=1_950.0)

    in_time = chosen(advice_on([a_slot()], [a_unit("e1")], [[100]])["i"])

    assert in_time.slack_s == 2_000.0 - 160.0
    assert chosen(advice_on([late], [a_unit("e1")], [[100]])["i"]).slack_s == -110.0
