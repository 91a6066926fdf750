"""Nothing acknowledged is lost and nothing happens twice, whatever is killed (R20, R30)."""

import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import asyncpg
import pytest

from beaconfire_testkit.kills import BOTH, STOP, KillRun
from beaconfire_testkit.node import NodeFolder

FULL: Final = os.environ.get("BEACONFIRE_PROOF") == "full"
KILLS: Final = 20 if FULL else 5
ACKS: Final = 1_000 if FULL else 100
SERVICES: Final = ("agency", "dispatch", "geo", "incident", "situation")


@pytest.fixture
def folder() -> Generator[NodeFolder]:
    """A data folder that the database's own account can reach."""
    parent = Path(tempfile.mkdtemp(prefix="beaconfire-kills-"))
    parent.chmod(0o755)
    found = NodeFolder(parent / "data")
    yield found
    found.close()
    shutil.rmtree(parent, ignore_errors=True)


async def write_late(connection: asyncpg.Connection) -> None:
    """The planted fault: services are answered before their commit is written anywhere.

    A killed process loses nothing that the kernel has, so the writing itself must come late too.
    """
    for service in SERVICES:
        await connection.execute(f"alter role beaconfire_{service} set synchronous_commit = off")
    await connection.execute("alter system set wal_writer_delay = '10s'")
    await connection.execute("alter system set wal_writer_flush_after = '1GB'")


@pytest.mark.proof
@pytest.mark.slow
async def test_what_was_acknowledged_is_there_once_after_every_kill(folder: NodeFolder) -> None:
    found = await KillRun(folder).run(kills=KILLS, acks=ACKS)

    print(found)  # noqa: T201  (the figures of a proof are its result)
    assert found.kills >= KILLS
    assert found.acked >= ACKS, "too few answers: this run proves nothing"
    assert found.tried_again > 0, "no kill met a report: this run proves nothing"
    assert found.clean, found


async def test_what_was_acknowledged_is_there_once_after_a_stop_under_load(
    folder: NodeFolder,
) -> None:
    found = await KillRun(folder).run(kills=3, acks=60, victims=(STOP,))

    assert found.acked >= 60
    assert found.clean, found


@pytest.mark.proof
@pytest.mark.slow
async def test_the_same_run_on_a_database_that_writes_late_finds_losses(folder: NodeFolder) -> None:
    found = await KillRun(folder).run(kills=3, acks=50, victims=(BOTH,), plant=write_late)

    print(f"planted: {len(found.lost)} of {found.acked} lost")  # noqa: T201  (as above)
    assert found.lost
