"""Faults are drawn from a seed and met: what is killed comes back, who stands still goes on."""

import asyncio
from collections import Counter
from typing import Any

import psutil
import pytest
from tests.integration.deploy.conftest import Make, program, until

from chaos import faults
from chaos.faults import KILL, SERVICES, STILL, VICTIMS, Faults
from compose.deployment import Deployment
from compose.instance import Instance

STAYS = "import time; time.sleep(600)"


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "BETWEEN_S", (0.01, 0.02))
    monkeypatch.setattr(faults, "STILL_S", (0.05, 0.1))


@pytest.fixture
async def deployment(deployments: Make) -> Deployment:
    again: dict[str, Any] = {"restart": "always"}
    names = (*SERVICES, "postgres", "kafka")
    made = deployments({name: program(STAYS, **again) for name in names})
    await made.start()
    return made


async def drawn(deployment: Deployment, seed: int, number: int) -> Faults:
    ended, made = asyncio.Event(), Faults(deployment, seed=seed)
    going = asyncio.create_task(made.go_on_until(ended))
    await until(lambda: made.number >= number, 60)
    ended.set()
    await going
    return made


async def test_all_kinds_are_met_and_everything_is_there_again(deployment: Deployment) -> None:
    made = await drawn(deployment, seed=3, number=30)

    for met in (made.killed, made.stopped):
        assert set(met) == set(VICTIMS), "dealt like cards: nobody is left out"
        assert max(met.values()) - min(met.values()) <= 1
    ones = [one for instances in deployment.instances.values() for one in instances]
    await until(lambda: all(one.is_running for one in ones), 60)
    for one in ones:
        assert one.pid is not None
        assert psutil.Process(one.pid).status() != psutil.STATUS_STOPPED


async def test_who_is_killed_is_another_process_when_it_comes_back(deployment: Deployment) -> None:
    one = deployment.instance("geo")
    before, made = one.pid, Faults(deployment, seed=1)

    await made.kill("geo")
    await until(lambda: one.pid not in (None, before), 60)

    assert (made.killed, made.stopped) == ({"geo": 1}, {})
    assert before is not None
    assert not psutil.pid_exists(before)


def is_still(one: Instance) -> bool:
    assert one.pid is not None
    return psutil.Process(one.pid).status() == psutil.STATUS_STOPPED


async def test_who_stands_still_goes_on_when_the_run_is_interrupted(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "STILL_S", (60.0, 60.0))
    going = asyncio.create_task(Faults(deployment, seed=2).go_on_until(asyncio.Event()))
    ones = [one for instances in deployment.instances.values() for one in instances]
    await until(lambda: any(one.is_running and is_still(one) for one in ones), 60)

    going.cancel()
    await asyncio.gather(going, return_exceptions=True)

    await until(lambda: all(one.is_running and not is_still(one) for one in ones), 20)


async def test_a_fault_meets_only_who_is_there(deployment: Deployment) -> None:
    one, made = deployment.instance("geo"), Faults(deployment, seed=1)

    await asyncio.gather(made.kill("geo"), one.kill())
    before = one.pid
    await made.kill("geo")

    assert made.killed["geo"] == 2
    assert before is None or not psutil.pid_exists(before)


async def test_the_same_seed_draws_the_same_faults(deployment: Deployment) -> None:
    first, second, other = [
        await sequence(deployment, seed=seed, number=12) for seed in (5, 5, 6)
    ]  # fmt: skip

    assert first == second
    assert first != other


async def sequence(deployment: Deployment, seed: int, number: int) -> list[tuple[str, str]]:
    """Kind and victim of each fault in order."""
    ended, made = asyncio.Event(), Faults(deployment, seed=seed)
    met: list[tuple[str, str]] = []
    going = asyncio.create_task(made.go_on_until(ended))
    killed, stopped = Counter[str](), Counter[str]()
    while len(met) < number:
        met.extend((KILL, victim) for victim in made.killed - killed)
        met.extend((STILL, victim) for victim in made.stopped - stopped)
        killed, stopped = made.killed.copy(), made.stopped.copy()
        await asyncio.sleep(0.001)
    ended.set()
    await going
    return met
