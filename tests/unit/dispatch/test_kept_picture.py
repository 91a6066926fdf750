"""A kept picture is the situation again, to the last tenth of a second."""

from datetime import UTC, datetime

import msgspec
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.places import Point
from beaconfire_dispatch.adapters.kept_picture import UNREACHABLE_S, picture_of, situation_of
from beaconfire_dispatch.domain.engine.commanding import Command
from beaconfire_dispatch.domain.engine.explain import advise
from beaconfire_dispatch.domain.engine.state import Free, Prices, Situation, Slot, UnderWay
from beaconfire_platform import codec

NOW = datetime(2026, 7, 14, 8, 0, tzinfo=UTC)
SECONDS = st.one_of(st.just(UNREACHABLE_S), st.floats(0, 20_000).map(lambda one: round(one, 1)))


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Incidents of some slots each, not one after the other; units free and under way."""
    incidents, posts = draw(st.integers(0, 4)), draw(st.integers(0, 3))
    of = [draw(st.integers(0, incidents - 1)) for _ in range(draw(st.integers(0, 6)) * incidents)]
    slots = tuple(
        Slot(f"i{one}", draw(st.sampled_from(["engine", "ladder"])), draw(st.integers(1, 4)),
             draw(st.floats(0, 900)), 480.0, None, draw(st.booleans()),
             alternatives=tuple(draw(st.lists(st.just("rescue"), max_size=1))),
             group=draw(st.sampled_from([None, "g"])), path=draw(st.sampled_from([None, "a.b"])),
             vetoed=frozenset(draw(st.lists(st.just("u0"), max_size=1))),
             command=draw(st.sampled_from(
                 [None, Command("b"), Command("b", "a", frozenset({"d", "c"}))])))
        for one in of
    )  # fmt: skip
    units = tuple(
        Free(f"u{at}", f"U{at}", frozenset({"engine", "ladder", "rescue"}),
             -draw(st.integers(0, 2**31)), 60.0, draw(st.sampled_from([None, 2])),
             draw(st.booleans()), under_way=draw(st.sampled_from([None, UnderWay("i9", "a9")])),
             body=draw(st.sampled_from([None, "b", "c"])))
        for at in range(draw(st.integers(0, 5)))
    )  # fmt: skip
    to_incident = np.array([[draw(SECONDS) for _ in range(incidents)] for _ in units])
    to_post = np.array([[draw(SECONDS) for _ in range(posts)] for _ in units])
    road_s = to_incident.reshape(len(units), incidents)[:, of]
    return Situation(
        slots, units, road_s, "table", to_post.reshape(len(units), posts), Prices(0.1, 0.2)
    )


@given(situations())
def test_what_is_kept_is_the_same_situation_and_the_same_decision(situation: Situation) -> None:
    places = [Point(174.7, -36.8) for _ in situation.units]

    kept = msgspec.json.decode(codec.encode(picture_of(situation, places, NOW)))
    again = situation_of(kept)

    assert (again.slots, again.units) == (situation.slots, situation.units)
    assert (again.method, again.prices) == (situation.method, situation.prices)
    assert again.road_s.shape == situation.road_s.shape
    assert again.road_s.tolist() == situation.road_s.tolist()
    assert again.posts_s.shape == situation.posts_s.shape
    assert again.posts_s.tolist() == situation.posts_s.tolist()
    assert codec.encode(advise(again)) == codec.encode(advise(situation))


def test_slots_of_one_incident_are_kept_once() -> None:
    slots = tuple(Slot("i", "engine", 1, 0.0, 480.0) for _ in range(300))
    units = tuple(Free(f"u{at}", "U", frozenset({"engine"}), 0, 60.0) for at in range(300))
    drawn = np.random.default_rng(4).integers(0, 72_000, (300, 1)) / 10.0
    situation = Situation(slots, units, np.repeat(drawn, 300, axis=1), "table", np.zeros((300, 0)))

    kept = picture_of(situation, [Point(0.0, 0.0)] * 300, NOW)

    assert len(kept["road_s"]) < 300 * 4 * 2


def test_a_picture_of_before_whose_units_were_known_is_still_read() -> None:
    situation = Situation(
        (Slot("i", "engine", 1, 0.0, 480.0),),
        (Free("u", "U", frozenset({"engine"}), 0.0, 60.0),),
        np.array([[90.0]]), "road", np.zeros((1, 1)),
    )  # fmt: skip
    kept = picture_of(situation, [Point(174.7, -36.8)], NOW)
    del kept["commands"]
    kept["slots"] = [one[:-1] for one in kept["slots"]]
    kept["units"] = [one[:-1] for one in kept["units"]]

    assert situation_of(kept).slots == situation.slots
    assert situation_of(kept).units == situation.units
