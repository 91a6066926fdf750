"""Columns say of each unit what the unit says of itself."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.fleet import fleet_of
from beaconfire_dispatch.domain.engine.pricing import step_of
from beaconfire_dispatch.domain.engine.state import Free, Slot

SKILLS = st.sampled_from("abc")
UNITS = st.lists(
    st.builds(
        Free,
        st.uuids().map(str),
        st.just("X"),
        st.frozensets(SKILLS, min_size=1),
        st.sampled_from([0.0, 5.0, 60.5]),
        st.sampled_from([10.0, 60.0]),
        st.sampled_from([None, 1, 3]),
        st.booleans(),
        st.sampled_from([None, "akl", "akl.d1.c2"]),
        st.sampled_from([None, "i"]),
    ),
    max_size=6,
    unique_by=lambda one: one.unit_id,
)


@given(UNITS, st.lists(SKILLS, min_size=1, max_size=3, unique=True))
def test_each_entry_is_that_of_its_unit(units: list[Free], names: list[str]) -> None:
    fleet, slot = fleet_of(units), Slot("i", names[0], 1, 0.0, 480.0, alternatives=(*names[1:],))

    assert fleet.steps(names).tolist() == [step_of(slot, one) for one in units]
    assert fleet.spare.tolist() == [len(one.capabilities) - 1 for one in units]
    assert fleet.mobilise_ms.tolist() == [round(one.mobilise_s * 1_000) for one in units]
    assert fleet.answering.tolist() == [one.answering or 0 for one in units]
    assert fleet.is_kept.tolist() == [one.pinned_to is not None for one in units]
    assert fleet.is_bound.tolist() == [one.is_bound for one in units]
    assert [".".join(fleet.homes[at]) for at in fleet.home] == [one.path or "" for one in units]
    assert [units[fleet.place[one.unit_id]] for one in units] == units


@given(UNITS)
def test_who_was_sent_longest_ago_comes_first_then_the_lower_id(units: list[Free]) -> None:
    order = sorted(units, key=lambda one: (-one.idle_since_s, one.unit_id))

    assert fleet_of(units).ranks.tolist() == [order.index(one) for one in units]
