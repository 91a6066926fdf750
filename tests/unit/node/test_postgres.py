"""A database that cannot start is told in one line; nothing is left running."""

import os
from pathlib import Path

import pytest

from beaconfire.node.postgres import Postgres
from beaconfire_platform.process.cannot_start import CannotStart
from beaconfire_testkit.node import open_to_all


async def test_a_broken_cluster_is_told_and_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgres = Postgres(open_to_all(tmp_path))

    async def no_room() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(postgres.cluster), "make", lambda _self: no_room())
    said: list[str] = []
    with pytest.raises(CannotStart, match="No space left"):
        await postgres.begin(said.append)

    assert said == ["making the database (once)"]
    await postgres.end()


def test_a_folder_that_keeps_the_databases_account_out_is_told_before_anything_is_made(
    tmp_path: Path,
) -> None:
    shut = open_to_all(tmp_path) / "home"
    shut.mkdir(mode=0o700)

    if os.geteuid():  # it runs as we do, and what is shut is ours
        assert not Postgres(shut / "data").cluster.is_made
        return
    with pytest.raises(CannotStart, match=f"who may not enter {shut}: choose another --data"):
        Postgres(shut / "data")
    assert not (shut / "data" / "postgres").exists()
