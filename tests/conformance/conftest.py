"""Every harness that must pass the conformance suite: one log today."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_testkit.log_harness import LogHarness

HARNESSES = [LogHarness]


@pytest.fixture(params=HARNESSES, ids=lambda kind: kind.__name__)
async def harness(request: pytest.FixtureRequest, database: str) -> AsyncGenerator[LogHarness]:
    """A running harness on a database of its own."""
    kind: type[LogHarness] = request.param
    async with kind(database).running() as running:
        yield running
