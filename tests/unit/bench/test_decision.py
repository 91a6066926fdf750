"""Section `decision`: the engine asked at each size, beside what is allowed and the bare solver."""

from beaconfire.bench.decision import a_picture, measure


async def test_each_size_is_judged_by_what_is_allowed_and_told_beside_the_solver() -> None:
    judged, told, explained = await measure(((5, 4, 2, 1_000.0, 2),), ((5, 4, 1, 1_000.0, 2),))

    assert (judged.section, judged.gate, judged.limit) == ("decision", 1.0, (1_000.0,) * 3)
    assert judged.passed
    assert told.gate is None
    assert "with counts" in told.unit
    assert min(*told.limit, *told.ours) > 0
    assert (explained.gate, explained.limit) == (1.0, (1_000.0,) * 3)
    assert "with all reasons" in explained.unit
    assert explained.passed


def test_a_picture_is_the_same_for_the_same_seed_and_asks_for_counts() -> None:
    one, again = a_picture(9, 6, 2, 1), a_picture(9, 6, 2, 1)

    assert one.slots == again.slots
    assert (one.road_s == again.road_s).all()
    assert len(one.slots) > len({slot.incident_id for slot in one.slots}) == 6
