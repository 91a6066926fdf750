"""What each process holds: its tasks and its open files, before the faults and after quiet.

A process that was killed meanwhile began anew, so what it holds more than at the beginning came of
its start, of what it caught up with, or of others that were away: a leak of one of those ways.
Instances of a service are counted together, since another may have its leases by now.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx
from prometheus_client.parser import text_string_to_metric_families

from beaconfire_platform.database import POOL_CONNECTIONS_MAX
from compose.deployment import Deployment
from compose.places import LOOPBACK

TASKS: Final = "beaconfire_loop_tasks"
FILES: Final = "process_open_fds"
TASKS_MORE_MAX: Final = 2
"""A request in hand is a task: the deployment's look at its health, a neighbour's question."""
FILES_MORE_MAX: Final = POOL_CONNECTIONS_MAX + 2
"""A pool that load filled is emptied after a minute only; a knock at the brokers' door and a
request in hand are one each.
"""
LET_GO_S_MAX: Final = 75.0
"""By then whatever is kept for a while is closed: a pool's connection after a minute of rest."""
LOOK_S: Final = 1.0
ANSWER_S_MAX: Final = 10.0


class NotMeasured(Exception):  # noqa: N818  (told by name)
    """A process does not say how much it holds."""


@dataclass(frozen=True, slots=True)
class Held:
    """How many tasks a loop has, and how many files and sockets its process has open."""

    tasks: int
    files: int

    @property
    def is_nothing(self) -> bool:
        """Neither of both."""
        return not (self.tasks or self.files)


def more_than(before: Sequence[Held], now: Sequence[Held]) -> Held:
    """What a service's instances hold beyond what may come and go in each of them."""
    tasks = sum(one.tasks for one in now) - sum(one.tasks for one in before)
    files = sum(one.files for one in now) - sum(one.files for one in before)
    return Held(
        max(0, tasks - TASKS_MORE_MAX * len(now)), max(0, files - FILES_MORE_MAX * len(now))
    )


def origins(deployment: Deployment, services: Sequence[str]) -> dict[str, list[str]]:
    """Where each instance of these services is reached, past the gateway."""
    return {
        name: [
            f"http://{LOOPBACK}:{deployment.port(name, index=one.index)}"
            for one in deployment.instances[name]
        ]
        for name in services
    }


async def held_by(origin: str) -> Held:
    """As a process says itself; NotMeasured when it says less, or nothing."""
    said = (await _answer(f"{origin}/metrics")).text
    found = {
        sample.name: int(sample.value)
        for family in text_string_to_metric_families(said)
        for sample in family.samples if sample.name in (TASKS, FILES)
    }  # fmt: skip
    for name in (TASKS, FILES):
        if name not in found:
            raise NotMeasured(f"{origin}/metrics has no {name}")
    return Held(found[TASKS], found[FILES])


async def failing_at(origin: str) -> int:
    """How many of a process's tasks fail again and again; NotMeasured when it does not say."""
    said = (await _answer(f"{origin}/readyz")).json()
    if "tasks" not in said:
        raise NotMeasured(f"{origin}/readyz says nothing of its tasks: {json.dumps(said)}")
    return len(said["tasks"]["failing"])


async def failing_of(places: Mapping[str, Sequence[str]]) -> tuple[int, dict[str, str]]:
    """How many tasks fail in all processes; and which instances do not say, and why."""
    failing, silent = 0, dict[str, str]()
    for name, ones in places.items():
        for number, origin in enumerate(ones):
            try:
                failing += await failing_at(origin)
            except NotMeasured as error:
                silent[f"{name}/{number}"] = str(error)
    return failing, silent


async def _answer(url: str) -> httpx.Response:
    """What is said there, be it that something is not well; NotMeasured when nobody answers."""
    async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_S_MAX) as client:
        try:
            return await client.get(url)
        except httpx.HTTPError as error:
            raise NotMeasured(f"{url} is not answered: {type(error).__name__}") from error


async def held_by_all(places: Mapping[str, Sequence[str]]) -> dict[str, list[Held]]:
    """By service, of each of its instances."""
    return {name: [await held_by(one) for one in ones] for name, ones in places.items()}


async def not_let_go(
    before: Mapping[str, Sequence[Held]],
    look: Callable[[], Awaitable[Mapping[str, Sequence[Held]]]],
    most_s: float = LET_GO_S_MAX,
) -> dict[str, Held]:
    """What services hold more than before, once none does or when so long is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + most_s
    while True:
        more = {name: more_than(before[name], held) for name, held in (await look()).items()}
        found = {name: one for name, one in more.items() if not one.is_nothing}
        if not found or loop.time() >= until:
            return found
        await asyncio.sleep(LOOK_S)
