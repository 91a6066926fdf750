"""What `positions` finds missing or late ends the run: its figures would be worth nothing."""

from datetime import timedelta

import asyncpg
import pytest

from beaconfire.bench import positions
from beaconfire.bench.fleet import Fleet
from beaconfire.bench.positions import NotWritten, all_written

_WRITE = """
    insert into geo.position_history (unit_id, observed_at, received_at, lon, lat, accuracy_m)
    values ($1, $2, $3, 174.7, -36.9, 5)
"""
_LATEST = "insert into geo.latest_position (unit_id, lon, lat, observed_at) values ($1, 1, 1, $2)"


async def test_what_is_in_history_in_time_and_the_latest_is_written(
    database: str, bench_dsn: str
) -> None:
    assert bench_dsn
    fleet = Fleet.of(1)
    await _written(database, fleet, late_s=1.0)

    assert await all_written(database, fleet, 1) == pytest.approx(1.0)


@pytest.mark.parametrize(("late_s", "fixes"), [(4.0, 1), (0.0, 2)])
async def test_what_came_late_or_never_came_is_told(
    database: str, bench_dsn: str, monkeypatch: pytest.MonkeyPatch, late_s: float, fixes: int
) -> None:
    assert bench_dsn
    monkeypatch.setattr(positions, "LATEST_S_MAX", 0.1)
    fleet = Fleet.of(1)
    await _written(database, fleet, late_s=late_s)

    with pytest.raises(NotWritten):
        await all_written(database, fleet, fixes)


async def test_a_marker_that_lags_behind_history_is_told(
    database: str, bench_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bench_dsn
    monkeypatch.setattr(positions, "LATEST_S_MAX", 0.1)
    fleet = Fleet.of(1)
    await _written(database, fleet, late_s=0.0, latest=False)

    with pytest.raises(NotWritten):
        await all_written(database, fleet, 1)


async def _written(dsn: str, fleet: Fleet, *, late_s: float, latest: bool = True) -> None:
    connection = await asyncpg.connect(dsn)
    at = fleet.began_at
    await connection.execute(_WRITE, fleet.unit_ids[0], at, at + timedelta(seconds=late_s))
    if latest:
        await connection.execute(_LATEST, fleet.unit_ids[0], at)
    await connection.close()
