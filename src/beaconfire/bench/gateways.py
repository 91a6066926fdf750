"""Gateways that send a fleet's positions second by second, each at its own part of the second."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from beaconfire.bench.client import PlainClient
from beaconfire.bench.drawn import Sent
from beaconfire.bench.fleet import Fleet

PATH: Final = "/v1/positions"
TAKEN: Final = 202
BEHIND_S_MAX: Final = 5.0


class NotTaken(Exception):  # noqa: N818  (told to people as it is)
    """A batch was refused, in part or whole: its figures would be worth nothing."""


class TooSlow(Exception):  # noqa: N818  (told to people as it is)
    """The answers came so late that a gateway could not send once a second."""


Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Sending:
    """Where to, as whom, of whom, by which clock and since when."""

    port: int
    token: str
    fleet: Fleet
    clock: Clock
    began: float


async def send_all(port: int, token: str, fleet: Fleet, sent: Sent, clock: Clock) -> int:
    """All seconds that `sent` has room for; how many fixes that were."""
    sending = Sending(port, token, fleet, clock, clock())
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_gateway(sending, sent, one)) for one in range(fleet.gateways)]
    return sum(one.result() for one in tasks)


async def _gateway(sending: Sending, sent: Sent, number: int) -> int:
    client = await PlainClient.connect(sending.port)
    try:
        return sum([await _send(client, sending, sent, number, one) for one in range(len(sent.at))])
    finally:
        await client.close()


async def _send(client: PlainClient, sending: Sending, sent: Sent, number: int, second: int) -> int:
    """One batch at its moment; how many fixes it had."""
    fleet, clock = sending.fleet, sending.clock
    headers = f"Authorization: Bearer {sending.token}\r\n" if sending.token else ""
    batch = fleet.batch(number, second)
    due = sending.began + second + number / fleet.gateways
    if clock() > due + BEHIND_S_MAX:
        raise TooSlow(f"{clock() - due:.1f} s behind in second {second}")
    await asyncio.sleep(max(0.0, due - clock()))
    sent.note(second, batch.units, clock())
    status, said = await client.post(PATH, batch.body, headers)
    told = json.loads(said) if status == TAKEN else {}
    if told.get("received") != batch.fixes:
        raise NotTaken(f"{status} {said[:200].decode(errors='replace')}")
    return batch.fixes
