"""Scene 2: ten tell of one fire, two of them at once; the eleventh of another, a kilometre away."""

from beaconfire.simulation.one_fire import APART_M, STEPS, WITNESSES, one_fire
from beaconfire_spatial.geometry import LonLat, distance_m

from .stage import Centre, stage_of


async def test_ten_callers_are_counted_on_one_incident_and_the_eleventh_on_another() -> None:
    centre = Centre()
    stage, told = stage_of(centre)

    await one_fire(stage)

    assert [one.count for one in told] == list(range(1, 12))
    assert {one.incident_id for one in told[:10]} == {"i0"}
    assert told[10].incident_id == "i1"
    assert [one.step for one in told] == [STEPS[0], *[STEPS[1]] * 9, STEPS[2]]


async def test_callers_stand_apart_say_it_differently_and_two_call_at_once() -> None:
    centre = Centre()
    stage, _ = stage_of(centre)

    await one_fire(stage)

    bodies = [body for _, body in centre.posted]
    places = [LonLat(one["position"]["lon"], one["position"]["lat"]) for one in bodies]
    assert len({one["text"] for one in bodies}) == 11
    assert len(set(places)) == 11
    assert all(distance_m(places[0], one) < 150 for one in places[:10])
    assert APART_M[0] <= distance_m(places[0], places[10]) <= APART_M[1]
    assert [one.after_s for one in WITNESSES].count(0) == 2
    assert 40 <= sum(one.after_s for one in WITNESSES) <= 80
