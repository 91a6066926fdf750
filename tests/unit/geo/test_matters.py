"""Whose a matter is: by rows, own matters, kind and level; never nobody's while there is a body."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.refusals import Refusal
from beaconfire_contracts.vocabulary import BodyKind
from beaconfire_geo.adapters.matters import load_defaults
from beaconfire_geo.domain.matters import (
    Charge,
    ChargeBasis,
    KnownBody,
    MatterEdition,
    MatterRule,
    charge_of,
    check_matters,
)

NONE = MatterEdition(0, ())
DEFAULTS = load_defaults()


def a_body(code: str, kind: BodyKind, division: str, **more: object) -> KnownBody:
    made = KnownBody(BodyId(code), code, kind, "city", code, code, division, ())
    return replace(made, **more)  # type: ignore[arg-type]  # any of its fields


CENTRE = a_body("centre", BodyKind.CENTRE, "a")
FIRE = a_body("fire", BodyKind.FIRE, "a")
NEAR = a_body("fire-d1", BodyKind.FIRE, "a.d1", level="district")
COMMUNITY = a_body("community", BodyKind.COMMUNITY, "a.d1", level="community")
BODIES = (CENTRE, COMMUNITY, FIRE, NEAR)


def _whose(
    type_code: str, path: str | None, *rules: MatterRule, bodies: tuple[KnownBody, ...] = BODIES
) -> tuple[str, str]:
    found = charge_of(type_code, path, MatterEdition(1, rules), bodies, DEFAULTS)
    assert isinstance(found, Charge)
    return found.body.code, found.basis


def test_the_row_of_the_smallest_area_and_longest_type_wins() -> None:
    rules = (
        MatterRule("fire", "a", "centre"),
        MatterRule("fire.vehicle", "a", "community"),
        MatterRule("fire", "a.d1", "fire-d1"),
        MatterRule("fire", "a.d", "fire"),
        MatterRule("fire", "a.d1.c1", "gone"),
    )

    here = MatterEdition(1, rules).over("a.d1.c1")
    assert here.rules == (rules[0], rules[1], rules[2], rules[4])
    assert MatterEdition(1, rules).over(None).rules == ()
    assert _whose("fire.structure", "a.d1.c1", *here.rules) == ("fire-d1", "assigned")
    assert _whose("fire.structure", "a.d1.c1", *rules) == ("fire-d1", "assigned")
    assert _whose("fire.vehicle", "a.d2.c1", *rules) == ("community", "assigned")
    assert _whose("fire.structure", "a.d2.c1", *rules) == ("centre", "assigned")
    assert _whose("firework", "a.d2.c1", *rules) == ("centre", "above")


def test_without_a_row_it_is_a_bodys_own_matter_then_the_defaults_kind_level_and_nearness() -> None:
    gas = a_body("gas", BodyKind.UTILITY, "a", matters=("hazmat",))
    far = a_body("fire-d2", BodyKind.FIRE, "a.d2", level="district")

    assert _whose("hazmat.gas-leak", "a.d1.c1", bodies=(*BODIES, gas)) == ("gas", "own_matter")
    assert _whose("fire.structure", "a.d1.c1", bodies=(*BODIES, far)) == ("fire-d1", "by_kind")
    assert _whose("fire.structure", "a.d3.c1", bodies=(*BODIES, far)) == ("fire", "by_kind")
    assert _whose("city.tree-down", "a.d1.c1") == ("community", "by_kind")
    assert _whose("medical.fall", "a.d1.c1") == ("centre", "above")


def test_before_any_grid_and_outside_of_every_division_somebody_still_answers() -> None:
    assert _whose("medical.fall", None) == ("centre", "above")
    assert _whose("fire.structure", "z.z1", bodies=(NEAR, FIRE)) == ("fire", "above")
    assert charge_of("fire", "a", NONE, (), DEFAULTS) is None


@given(
    st.lists(st.sampled_from(BODIES), min_size=1, unique=True),
    st.sampled_from([None, "a", "a.d1", "a.d1.c1", "b.x"]),
    st.sampled_from(["fire.structure", "medical.fall", "city.tree-down", "strange"]),
)
def test_nothing_is_ever_nobodys_while_there_is_a_body(
    bodies: list[KnownBody], path: str | None, type_code: str
) -> None:
    one = charge_of(type_code, path, NONE, bodies, DEFAULTS)
    other = charge_of(type_code, path, NONE, bodies[::-1], DEFAULTS)

    assert one is not None
    assert one == other
    assert one.basis is not ChargeBasis.ASSIGNED


def test_all_that_is_wrong_with_rows_is_told() -> None:
    rules = [
        MatterRule("fire", "a", "fire"),
        MatterRule("fire", "a", "centre"),
        MatterRule("fire", "z", "fire"),
        MatterRule("fire", "a.d1", "navy"),
    ]

    with pytest.raises(Refusal) as refused:
        check_matters(rules, BODIES, ["a", "a.d1"])

    rows = refused.value.fields["rows"]
    assert isinstance(rows, list)
    assert [(one["code"], one["pointer"]) for one in rows] == [
        ("same_matter_twice", "/rules/1/type"),
        ("unknown_place", "/rules/2/area"),
        ("unknown_body", "/rules/3/body"),
    ]
    check_matters(rules[:1], BODIES, ["a"])
