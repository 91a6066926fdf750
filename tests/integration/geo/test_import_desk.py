"""Imports at work: bounded waiting, bounded memory, and a check that dies leaves the rest alone."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import structlog

from beaconfire_contracts.envelope import Cause
from beaconfire_geo.adapters import import_desk
from beaconfire_geo.adapters.import_desk import EmptyMap, PgImportDesk, TooManyImports
from beaconfire_geo.domain.layer_import import ImportState, LayerImport
from beaconfire_platform.ids import new_id
from beaconfire_testkit.service import ServiceUnderTest

CAUSE = Cause(actor="test", correlation_id="test")


async def opened(geo: ServiceUnderTest, desk: PgImportDesk) -> LayerImport:
    """A new import."""
    one = LayerImport(new_id(), "grid", "EPSG:4326", None, "somebody")
    async with geo.ground.database.transaction(cause=CAUSE) as tx:
        await desk.opening(tx).open(one)
    return one


def files(folder: Path) -> list[Path]:
    """What lies there."""
    return list(folder.iterdir())


async def chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for one in parts:
        yield one


async def test_a_map_that_the_check_dies_of_is_refused_and_the_next_is_checked(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = PgImportDesk(geo.ground.database)
    one = await opened(geo, desk)
    dies = "import os, sys; sys.stdin.buffer.read(); os.abort()"
    monkeypatch.setattr(import_desk, "CHECK", (sys.executable, "-c", dies))

    await desk.fill(one, chunks(b"{}"))
    await desk.work()

    told = await desk.get(one.id)
    assert told.state is ImportState.REFUSED
    assert told.problem is not None
    assert told.problem["code"] == "map_not_checked"


async def test_a_check_that_fails_by_a_fault_of_ours_says_so_and_stands_in_the_log(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = PgImportDesk(geo.ground.database)
    one = await opened(geo, desk)
    fails = "import sys; sys.stdin.buffer.read(); raise KeyError('a bug')"
    monkeypatch.setattr(import_desk, "CHECK", (sys.executable, "-c", fails))

    await desk.fill(one, chunks(b"{}"))
    with structlog.testing.capture_logs() as logged:
        await desk.work()

    told = await desk.get(one.id)
    assert told.problem is not None
    assert (told.problem["code"], "fault of ours" in told.problem["detail"]) == (
        "map_not_checked", True,
    )  # fmt: skip
    [line] = [one for one in logged if one["event"] == "import_check_failed"]
    assert (line["log_level"], "KeyError: 'a bug'" in line["said"]) == ("error", True)


async def test_a_check_that_never_ends_is_ended(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = PgImportDesk(geo.ground.database)
    one = await opened(geo, desk)
    monkeypatch.setattr(import_desk, "CHECK_S_MAX", 0.5)
    monkeypatch.setattr(import_desk, "CHECK", (sys.executable, "-c", "import time; time.sleep(99)"))

    await desk.fill(one, chunks(b"{}"))
    async with asyncio.timeout(30):
        await desk.work()

    assert (await desk.get(one.id)).state is ImportState.REFUSED


async def test_more_maps_than_may_wait_are_refused_and_nothing_of_them_is_kept(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    desk = PgImportDesk(geo.ground.database)
    for _ in range(import_desk.WAITING_MAX):
        await desk.fill(await opened(geo, desk), chunks(b"{", b"}"))
    one = await opened(geo, desk)

    with pytest.raises(TooManyImports):
        await desk.fill(one, chunks(b"{}"))

    assert (await desk.get(one.id)).state is ImportState.OPEN
    assert len(files(tmp_path)) == import_desk.WAITING_MAX


async def test_a_sender_who_breaks_off_leaves_the_import_open_and_no_file(
    geo: ServiceUnderTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    desk = PgImportDesk(geo.ground.database)
    one = await opened(geo, desk)

    async def broken() -> AsyncIterator[bytes]:
        yield b"{"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await desk.fill(one, broken())
    with pytest.raises(EmptyMap):
        await desk.fill(one, chunks())

    assert (await desk.get(one.id)).state is ImportState.OPEN
    assert files(tmp_path) == []


async def test_what_is_old_goes_with_its_staged_areas(geo: ServiceUnderTest) -> None:
    desk = PgImportDesk(geo.ground.database)
    one = await opened(geo, desk)
    pool = geo.ground.database.pool
    await pool.execute("update layer_import set version = 5, opened_at = now() - interval '8 days'")
    await pool.execute(
        "insert into area (layer, version, code, level, path, name_zh, name_en) "
        "values ('grid', 5, 'c1', 'cell', 'c1', 'c1', 'c1')"
    )

    await desk.tidy()

    assert await pool.fetchval("select count(*) from area") == 0
    assert (
        await pool.fetchval("select count(*) from layer_import where import_id = $1", one.id) == 0
    )
