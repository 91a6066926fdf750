"""Every harness that must pass the conformance suite: the log is a table, or it is on Kafka."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.log_harness import LogHarness


class Hurrying(LogHarness):
    """The table, read beyond the horizon as the picture reads it."""

    hurries = True


class AtOnce(LogHarness):
    """The table, by consumers whose effects need one statement, where nothing asks for more."""

    is_at_once = True


class HurryingAtOnce(Hurrying):
    """Both, as the picture."""

    is_at_once = True


class KafkaAtOnce(KafkaHarness):
    """As the picture is folded in a city."""

    is_at_once = True


HARNESSES = [LogHarness, Hurrying, AtOnce, HurryingAtOnce, KafkaHarness, KafkaAtOnce]


@pytest.fixture(params=HARNESSES, ids=lambda kind: kind.__name__)
def made(request: pytest.FixtureRequest, database: str) -> LogHarness:
    """A harness on a database of its own, and on the broker of this process where it wants one."""
    kind: type[LogHarness] = request.param
    if issubclass(kind, KafkaHarness):
        return kind(database, request.getfixturevalue("kafka"))
    return kind(database)


@pytest.fixture
async def harness(made: LogHarness) -> AsyncGenerator[LogHarness]:
    """A running harness."""
    async with made.running() as running:
        yield running
