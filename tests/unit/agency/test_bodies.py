"""What a body says of itself."""

from dataclasses import replace

import pytest

from beaconfire_agency.domain.bodies import Body, OwnParent
from beaconfire_contracts.ids import BodyId, SeatId
from beaconfire_contracts.vocabulary import BodyKind

BODY = Body(
    id=BodyId("b1"),
    code="fire",
    kind=BodyKind.FIRE,
    level="city",
    name_zh="消防支队",
    name_en="Fire brigade",
    territorial_parent=BodyId("city"),
    professional_parent=BodyId("province-fire"),
    division="p.c",
    matters=("fire",),
    zone="Asia/Shanghai",
    pool_seat=SeatId("s1"),
)


def test_its_fact_carries_both_lines_of_parents() -> None:
    fact = BODY.registered()

    assert (fact.territorial_parent, fact.professional_parent) == ("city", "province-fire")
    assert fact.pool_seat == "s1"


def test_a_body_is_not_its_own_parent() -> None:
    with pytest.raises(OwnParent):
        replace(BODY, territorial_parent=BODY.id).registered()
    with pytest.raises(OwnParent):
        replace(BODY, professional_parent=BODY.id).registered()


def test_two_tellings_agree_whatever_ids_they_were_given() -> None:
    again = replace(BODY, id=BodyId("b2"), pool_seat=SeatId("s2"))

    assert again.says_the_same_as(BODY)
    assert not replace(again, zone="UTC").says_the_same_as(BODY)
