"""Section `commands`: commands at the edge against bare asyncpg with the same statements."""

import uuid
from typing import Final

import asyncpg
from starlette.requests import Request
from starlette.types import Message

from beaconfire.bench.bare_commands import SESSION, command
from beaconfire.bench.command_edge import ACTION, BENCH, PATH, run_command
from beaconfire.bench.database import SERVICE
from beaconfire.bench.measure import in_turn, per_second
from beaconfire.bench.report import Comparison
from beaconfire_platform.access.tokens import Minter, Verifier, new_signing_key
from beaconfire_platform.database import POOL_CONNECTIONS_MAX, Database
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.ids import new_id
from beaconfire_platform.web.edge import Call, Edge

GATE: Final = 0.7
N: Final = 3_000
CALLERS: Final = 64
"""As many at once as a busy centre has hands and machines; each side has one pool for them all."""


async def measure(dsn: str, *, n: int = N) -> list[Comparison]:
    """Commands a second of 64 callers at once, each on a state of its own."""
    states = [str(uuid.uuid4()) for _ in range(CALLERS)]
    database = await Database.connect(SERVICE, dsn, bell=Doorbell())
    verifier = Verifier(Minter(new_signing_key()).public_key)
    edge = Edge(database, verifier)
    pool = await asyncpg.create_pool(
        dsn, min_size=POOL_CONNECTIONS_MAX, max_size=POOL_CONNECTIONS_MAX, server_settings=SESSION
    )

    async def bare_act(caller: int) -> None:
        async with pool.acquire() as connection:
            await command(connection, states[caller], caller)

    async def our_act(caller: int) -> None:
        await run_command(edge, a_call(states[caller]), states[caller])

    async def bare() -> float:
        return await per_second(bare_act, n=n, workers=CALLERS)

    async def ours() -> float:
        return await per_second(our_act, n=n, workers=CALLERS)

    try:
        for act in (bare_act, our_act):  # statements prepared, pool full
            await per_second(act, n=4 * CALLERS, workers=CALLERS)
        limits, figures = await in_turn(bare, ours)
    finally:
        await pool.close()
        await database.close()
    return [Comparison("commands", "commands/s", limits, figures, GATE, more_is_better=True, n=n)]


def a_call(state_id: str) -> Call:
    """An authenticated call with a key of its own, as the edge's dependency makes it."""
    body = b'{"id":"%s","text":"smoke from the roof"}' % state_id.encode()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    request = Request(
        {
            "type": "http",
            "method": "POST",
            "path": PATH,
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
        },
        receive,
    )
    return Call(request, BENCH, ACTION, "bench", new_id())
