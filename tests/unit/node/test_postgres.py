"""A database that cannot start is told in one line; nothing is left running."""

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
