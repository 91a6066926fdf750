"""What is done once is refused while it is being answered, and left alone once it was."""

from collections.abc import AsyncGenerator

import pytest

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.once import AnsweredBefore, AnswerInFlight, Once
from beaconfire_testkit.log_harness import LogHarness

CAUSE = Cause(actor="test", correlation_id="once")


@pytest.fixture
async def harness(database: str) -> AsyncGenerator[LogHarness]:
    async with LogHarness(database).running() as running:
        yield running


async def test_an_attempt_under_way_is_refused_not_waited_for(harness: LogHarness) -> None:
    once = Once("somebody", "it's the same: '\\; --")

    async with harness.writer.transaction(cause=CAUSE, once=once):
        with pytest.raises(AnswerInFlight):
            async with harness.writer.transaction(cause=CAUSE, once=once):
                pass


async def test_what_was_answered_opens_no_transaction(harness: LogHarness) -> None:
    once = Once("somebody", "it's the same: '\\; --")
    keep = (
        "insert into idempotency (principal, key, fingerprint, status, response) "
        "values ($1, $2, '', 201, '')"
    )
    async with harness.writer.transaction(cause=CAUSE, once=once) as tx:
        await tx.connection.execute(keep, once.principal, once.key)

    with pytest.raises(AnsweredBefore):
        async with harness.writer.transaction(cause=CAUSE, once=once):
            pass
    async with harness.writer.transaction(cause=CAUSE, once=Once("another", once.key)):
        pass
