"""History by binary COPY: any order and repetition of deliveries reads as the same track."""

import random
from dataclasses import replace
from datetime import timedelta

from beaconfire_geo.adapters.history_copy import in_order
from beaconfire_geo.adapters.position_store import PositionStore, track
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.ids import new_id
from beaconfire_testkit.builders import NOON
from beaconfire_testkit.service import ServiceUnderTest

NOTHING = FixBatch.of([])


async def test_whatever_is_told_or_left_out_comes_back_as_it_was_however_it_came(
    geo: ServiceUnderTest,
) -> None:
    store, unit = PositionStore(geo.ground.database), new_id()
    fix = Fix(unit, 174.7, -36.9, NOON)
    sent = [
        replace(
            fix, observed_at=NOON + timedelta(microseconds=kind), lat=-36.9 + kind / 1e4,
            accuracy_m=8.5 if kind & 1 else None, heading_deg=90.0 if kind & 2 else None,
            speed_mps=12.5 if kind & 4 else None,
        )
        for kind in range(8)
    ]  # fmt: skip
    drawn = random.Random(1)
    deliveries = sent * 3
    drawn.shuffle(deliveries)

    for start in range(0, len(deliveries), 5):
        await store.write(NOTHING, FixBatch.of(deliveries[start : start + 5]), received_at=NOON)

    since, until = NOON - timedelta(seconds=1), NOON + timedelta(seconds=1)
    async with geo.ground.database.reading() as connection:
        assert await track(connection, unit, since, until, limit=99) == sent
        rest = await track(connection, unit, sent[2].observed_at, until, limit=3)
    assert rest == sent[3:6]


def test_what_came_twice_in_one_write_is_written_once() -> None:
    units = [new_id() for _ in range(3)]
    fixes = [Fix(unit, 174.7, -36.9, NOON) for unit in units]

    assert list(in_order(FixBatch.of([*fixes, *reversed(fixes)]))) == sorted(
        fixes, key=lambda one: one.unit_id
    )
