"""Nobody is proposed whom the one who answers for an incident may not order; who comes stays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_dispatch.domain.engine.commanding import Command, commanded
from beaconfire_dispatch.domain.engine.explain import propose
from beaconfire_dispatch.domain.engine.matching import decide
from beaconfire_dispatch.domain.engine.nearest import greedily, match_nearest
from beaconfire_dispatch.domain.engine.ruling_out import ruled_out
from beaconfire_dispatch.domain.engine.state import Free, Situation, Slot

COUNTY = Command("county", "akl.d1")
COMMANDS = (None, COUNTY, Command("other"), Command("root", "root", frozenset({"county", "other"})))
BODIES = st.sampled_from([None, "county", "other", "third"])
PATHS = st.sampled_from([None, "akl", "akl.d1", "akl.d1.c1", "akl.d10"])


def _situation(slots: list[Slot], units: list[Free], road_s: list[list[float]]) -> Situation:
    table = np.array(road_s).reshape(len(units), len(slots))
    return Situation(tuple(slots), tuple(units), table, "road", np.zeros((len(units), 1)))


def test_orders_reach_ones_own_units_and_those_of_the_divisions_below() -> None:
    assert COUNTY.reaches("county", "elsewhere")
    assert COUNTY.reaches("other", "akl.d1.c1")
    assert COUNTY.reaches("other", "akl.d1")
    assert not COUNTY.reaches("other", "akl.d10")
    assert not COUNTY.reaches("other", "akl")
    assert not COUNTY.reaches("other", None)
    assert not Command("other").reaches(None, "akl")
    assert COMMANDS[3] is not None
    assert COMMANDS[3].reaches("other", "elsewhere")
    assert not COMMANDS[3].reaches("third", "elsewhere")


@given(st.data())
def test_whatever_way_is_matched_nobody_is_sent_by_who_may_not_order_them(
    data: st.DataObject,
) -> None:
    units = [
        Free(f"u{at}", f"U{at}", frozenset({"a"}), 0.0, 60.0,
             path=data.draw(PATHS), body=data.draw(BODIES))
        for at in range(data.draw(st.integers(1, 5)))
    ]  # fmt: skip
    slots = [
        Slot(f"i{at}", "a", 2, 0.0, 480.0, command=data.draw(st.sampled_from(COMMANDS)))
        for at in range(data.draw(st.integers(1, 4)))
    ]
    road_s = [[float(data.draw(st.integers(1, 900))) for _ in slots] for _ in units]
    situation = _situation(slots, units, road_s)

    ways = decide(situation).pairs, match_nearest(situation)[0], greedily(situation)

    for pairs in ways:
        for row, column in pairs.items():
            command, unit = slots[row].command, units[column]
            assert command is None or command.reaches(unit.body, unit.path)
    # and nobody who could have been is left for that reason
    assert len(ways[0]) == len(ways[1]) >= len(ways[2])


def test_another_bodys_unit_next_door_is_counted_and_the_own_one_further_off_goes() -> None:
    near = Free("u0", "Y1", frozenset({"a"}), 0.0, 60.0, path="zz", body="other")
    own = Free("u1", "A1", frozenset({"a"}), 0.0, 60.0, path="akl.d1", body="county")
    slots = [Slot("i", "a", 1, 0.0, 480.0, command=COUNTY)] * 2
    situation = _situation(slots, [near, own], [[10.0] * 2, [600.0] * 2])

    told = propose(situation)["i"]

    assert told.units == ("u1",)
    assert [(one.capability, one.count) for one in told.short] == [("a", 1)]
    assert ruled_out(situation, range(2)) == {"not_ours": 1}
    assert commanded(situation.fleet, None).all()


def test_who_was_lent_and_is_on_the_way_keeps_its_line() -> None:
    lent = Free("u0", "Y1", frozenset({"a"}), 0.0, 10.0, answering=1, path="zz", body="other")
    slot = Slot("i", "a", 1, 0.0, 480.0, held_by="u0", command=COUNTY)
    situation = _situation([slot], [lent], [[300.0]])

    assert decide(situation).pairs == {0: 0}
    assert ruled_out(situation, range(1)) == {}
