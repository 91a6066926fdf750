"""Each unit that is not considered is counted once, by the first reason that holds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.pricing import FAR_S, IMPOSSIBLE, costs, step_of
from beaconfire_dispatch.domain.engine.ruling_out import ruled_out
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

NAMES = ("u0", "u1", "u2")
UNIT = st.builds(
    lambda skills, answering, bound, kept: (skills, answering, bound, kept),
    st.frozensets(st.sampled_from("ab"), min_size=1),
    st.sampled_from([None, 1, 3]),
    st.booleans(),
    st.sampled_from([None, "i", "j"]),
)
SLOT = st.builds(
    Slot,
    st.just("i"),
    st.sampled_from("ab"),
    st.sampled_from([1, 3]),
    st.just(0.0),
    st.just(480.0),
    st.sampled_from([None, "u0"]),
    st.booleans(),
    vetoed=st.frozensets(st.sampled_from(NAMES), max_size=2),
)


@given(st.data(), st.lists(SLOT, min_size=1, max_size=2))
def test_whoever_is_ruled_out_could_fill_no_slot_and_whoever_is_not_could_fill_one(
    data: st.DataObject, slots: list[Slot]
) -> None:
    told = data.draw(st.lists(UNIT, min_size=1, max_size=3))
    units = [
        Free(name, name, skills, 0.0, 10.0, answering, bound, pinned_to=kept)
        for name, (skills, answering, bound, kept) in zip(NAMES, told, strict=False)
    ]
    seconds = st.sampled_from([60.0, FAR_S])
    road_s = [[data.draw(seconds) for _ in slots] for _ in units]
    situation = Situation(
        tuple(slots), tuple(units), np.array(road_s), "road", np.zeros((len(units), 1))
    )

    found = ruled_out(situation, range(len(slots)))

    nobody = (costs(situation) >= IMPOSSIBLE).all(axis=0)
    assert sum(found.values()) <= len(units)
    assert sum(found.values()) <= int(nobody.sum())
    lacking = sum(all(step_of(slot, unit) < 0 for slot in slots) for unit in units)
    assert found.get("capability", 0) == lacking
