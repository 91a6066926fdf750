"""The stage of scenes: slow while one plays, lists read to their end, others may be faster."""

import pytest

from beaconfire.simulation.api import Refused
from beaconfire.simulation.scenes import SPEED_MAX, moved, position, slowly
from beaconfire_spatial.geometry import LonLat, distance_m

from .stage import KNOWN, Centre, stage_of


async def test_the_clock_runs_slowly_while_a_scene_plays_and_as_before_afterwards() -> None:
    centre = Centre()
    centre.clock["paused"] = True

    async with slowly(centre):
        during = dict(centre.clock)

    assert (during["speed"], during["paused"]) == (SPEED_MAX, False)
    assert centre.clock["speed"] == 30.0


async def test_a_scene_that_broke_off_gives_the_speed_back_too() -> None:
    centre = Centre()

    with pytest.raises(Refused):
        async with slowly(centre):
            raise Refused(500, "broken", "")

    assert centre.clock["speed"] == 30.0


async def test_a_speed_that_somebody_set_meanwhile_stays() -> None:
    centre = Centre()

    async with slowly(centre):
        centre.clock["speed"] = 60.0

    assert centre.clock["speed"] == 60.0


async def test_the_speed_that_counts_is_the_usual_one_and_not_that_of_a_clock_that_waits() -> None:
    centre = Centre()
    centre.clock |= {"speed": 1.0, "usual_speed": 30.0}

    async with slowly(centre):
        assert centre.clock["speed"] == SPEED_MAX
        centre.clock |= {"speed": 1.0, "usual_speed": SPEED_MAX}

    assert centre.clock["speed"] == 30.0


async def test_a_slow_clock_is_not_made_faster() -> None:
    centre = Centre()
    centre.clock["speed"] = 1.0

    async with slowly(centre):
        assert centre.clock["speed"] == 1.0


async def test_the_next_unit_is_tried_when_somebody_else_was_faster() -> None:
    centre = Centre()
    centre.taken = {"u1"}
    stage, _ = stage_of(centre)
    units = [{"id": f"u{nth}", "call_sign": f"P2{nth}"} for nth in (1, 2, 3)]

    assert await stage.order_first("i1", units) == "P22"
    assert await stage.order_first("i1", units[:1]) is None
    assert centre.posted == [("/v1/incidents/i1/dispatch", {"unit_ids": ["u2"]})]


async def test_places_are_clear_of_what_is_under_way() -> None:
    centre = Centre()
    centre.under_way = [{"place": {"point": {"lon": KNOWN[0].lon, "lat": KNOWN[0].lat}}}]
    centre.under_way.append({"place": {"point": None}})
    stage, _ = stage_of(centre)

    found = await stage.places(300, 500)

    assert min(distance_m(one, KNOWN[0]) for one in found) >= 1_500


def test_a_place_some_metres_away_is_that_far_away() -> None:
    here = LonLat(174.76, -36.88)

    assert distance_m(here, moved(here, 300, 400)) == pytest.approx(500, rel=0.01)
    assert position(here, 25) == {"lon": 174.76, "lat": -36.88, "accuracy_m": 25}
