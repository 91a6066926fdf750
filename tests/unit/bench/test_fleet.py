"""Units that move: each tells each second once, the seconds that it was out of reach together."""

import json
from collections import Counter

import numpy as np

from beaconfire.bench.fleet import AT_ONCE_M, KEPT_M, Fleet


def test_each_second_of_each_unit_is_told_once_within_its_place_and_time() -> None:
    fleet = Fleet.of(30)
    seconds = 120
    told: Counter[tuple[str, str]] = Counter()
    kept = 0
    for second in range(seconds):
        batch = fleet.batch(0, second)
        rows = json.loads(batch.body)["fixes"]
        assert len(rows) == batch.fixes
        for one in rows:
            told[one["unit_id"], one["observed_at"]] += 1
            kept += one["accuracy_m"] == KEPT_M
            unit = np.array([fleet.unit_ids.index(one["unit_id"])])
            [at] = fleet.seconds_at(unit, np.array([one["lat"]]))
            assert fleet.observed_at(int(at)).isoformat() == one["observed_at"]

    away_at_the_end = 30 * seconds - len(told)
    assert set(told.values()) == {1}
    assert 0 <= away_at_the_end < 30 * 5
    assert kept > 0
    assert AT_ONCE_M != KEPT_M


def test_a_leg_lies_north_of_all_that_were_before() -> None:
    fleet = Fleet.of(2)
    further = fleet.setting_out()
    units = np.array([0, 1])

    old = np.array([fleet.place(one, 999)[1] for one in (0, 1)])
    new = np.array([further.place(one, 3)[1] for one in (0, 1)])

    assert further.seconds_at(units, old).tolist() == [-1, -1]
    assert further.seconds_at(units, new).tolist() == [3, 3]


def test_who_sets_out_soon_is_where_it_was_told_from_then_on() -> None:
    now, soon = (Fleet.of(1).setting_out(in_s) for in_s in (0.0, 60.0))

    assert 59 < (soon.began_at - now.began_at).total_seconds() < 61


def test_gateways_share_the_fleet() -> None:
    fleet = Fleet.of(1_100)

    batches = [fleet.batch(one, 0) for one in range(fleet.gateways)]

    assert [len(one.units) for one in batches] == [500, 500, 100]
    assert sorted(unit for one in batches for unit in one.units) == list(range(1_100))
