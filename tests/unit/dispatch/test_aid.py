"""Who is asked for aid: neighbours with an able unit, the nearest first, then level above level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.ids import AidId, BodyId, IncidentId
from beaconfire_contracts.needs import Need
from beaconfire_contracts.vocabulary import AidState
from beaconfire_dispatch.domain.aid import (
    LEVELS_MAX,
    Aid,
    AidOver,
    KnownBody,
    Lender,
    answered,
    ended,
    ladder,
    requested,
)
from beaconfire_testkit.builders import NOON

NEEDS = (Need("engine", 2),)
ONE = Aid(
    AidId("a"), AidId("a"), IncidentId("i"), BodyId("n1"), BodyId("me"), NEEDS, AidState.ASKED,
    NOON, NOON,
)  # fmt: skip


def _bodies(**parents: str | None) -> dict[BodyId, KnownBody]:
    return {
        BodyId(name): KnownBody(BodyId(name), None if up is None else BodyId(up), name)
        for name, up in parents.items()
    }


FAMILY = _bodies(
    me="city", n1="city", n2="city", far="other", city="land", land=None, other="land",
    mine="me", crew1="n1", crew2="n2", watch2="crew2", abroad=None,
)  # fmt: skip


def _ladder(*lenders: tuple[str, float], asking: str = "me") -> tuple[str, ...]:
    return ladder(BodyId(asking), FAMILY, [Lender(BodyId(one), far) for one, far in lenders])


def test_the_nearest_neighbour_that_can_help_comes_first_and_the_levels_last() -> None:
    assert _ladder(("n1", 900.0), ("n2", 700.0), ("n1", 500.0)) == ("n1", "n2", "city", "land")


def test_who_is_no_neighbour_or_has_nobody_free_is_not_asked() -> None:
    assert _ladder(("me", 1.0), ("n2", 60.0), ("nowhere", 5.0)) == ("n2", "city", "land")
    assert _ladder() == ("city", "land")
    assert _ladder(asking="nobody") == ()
    assert _ladder(("other", 5.0), asking="land") == ()


def test_a_neighbour_is_asked_whose_units_are_of_a_body_below_it() -> None:
    assert _ladder(("crew1", 30.0)) == ("n1", "city", "land")
    assert _ladder(("crew1", 90.0), ("watch2", 60.0)) == ("n2", "n1", "city", "land")
    assert _ladder(("crew1", 90.0), ("n2", 60.0), ("n1", 30.0)) == ("n1", "n2", "city", "land")


def test_units_of_our_own_below_us_or_of_another_country_make_nobody_a_neighbour() -> None:
    assert _ladder(("mine", 1.0), ("city", 2.0), ("abroad", 3.0)) == ("city", "land")


def test_the_neighbour_of_who_stands_above_is_asked_after_it_and_before_the_next_level() -> None:
    assert _ladder(("far", 10.0), ("crew2", 60.0)) == ("n2", "city", "other", "land")
    assert _ladder(("crew1", 30.0), asking="mine") == ("me", "n1", "city", "land")


@given(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from([*"abcdef", None])),
       st.lists(st.tuples(st.sampled_from("abcdef"), st.floats(0, 1e9)), max_size=6))  # fmt: skip
def test_nobody_is_asked_twice_and_nobody_asks_itself_whatever_the_parents_are(
    parents: dict[str, str | None], lenders: list[tuple[str, float]]
) -> None:
    found = ladder(
        BodyId("a"), _bodies(**parents), [Lender(BodyId(one), far) for one, far in lenders]
    )

    assert len(set(found)) == len(found) <= 6 + LEVELS_MAX
    assert "a" not in found


def test_a_request_is_answered_once() -> None:
    declined, told = answered(ONE, AidState.DECLINED, at=NOON, reason="own_fire")

    assert (declined.state, declined.version, told.reason) == (AidState.DECLINED, 2, "own_fire")
    with pytest.raises(AidOver):
        answered(declined, AidState.ACCEPTED, at=NOON)
    assert ended(declined).state is AidState.ENDED
    assert requested(ONE).needs == NEEDS
