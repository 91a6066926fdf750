"""The player: one run at a time, followed as it is told; it says how the run stands."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from beaconfire.node.scene_player import CityNotLaidOut, RunState, ScenePlayer, SceneRunning
from beaconfire.simulation.programmes import Programme


async def until(true: Callable[[], bool]) -> None:
    for _ in range(600):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came to be")


async def test_a_run_is_followed_alone_and_its_end_gives_the_clock_back(city: Any) -> None:
    dana = city.client("dana")
    speed = dana.get("/v1/clock").json()["speed"]
    player = ScenePlayer(city.folder.folder)

    run = player.reserve(Programme.ONE_FIRE)
    with pytest.raises(SceneRunning):
        player.reserve(Programme.SILENT_CALL)
    player.start(run)
    await until(lambda: bool(run.steps))
    slowed = dana.get("/v1/clock").json()["speed"]
    await player.end()

    assert (run.steps[0].step, run.steps[0].count) == ("first-caller", 1)
    assert slowed < speed
    assert run.state is RunState.BROKEN_OFF
    assert dana.get("/v1/clock").json()["speed"] == speed
    assert player.reserve(Programme.ONE_FIRE).steps == []


async def test_a_scene_that_cannot_play_is_broken_off_and_another_may_begin(
    tmp_path: Path,
) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "credentials.json").write_text("{}")
    player = ScenePlayer(tmp_path)

    run = player.reserve(Programme.ONE_FIRE)
    player.start(run)
    await until(lambda: run.state is not RunState.PLAYING)

    assert run.state is RunState.BROKEN_OFF
    again = player.reserve(Programme.ONE_FIRE)
    player.give_up(again)
    assert player.reserve(Programme.ONE_FIRE) is not again


async def test_before_the_city_is_laid_out_there_is_nothing_to_play(tmp_path: Path) -> None:
    player = ScenePlayer(tmp_path)

    with pytest.raises(CityNotLaidOut):
        player.reserve(Programme.OPENING)
    await player.end()

    assert player.run is None
