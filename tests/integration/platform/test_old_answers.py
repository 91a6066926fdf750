"""Answers to repeated requests are kept for a week and then let go."""

from datetime import timedelta

from beaconfire_contracts.envelope import Cause
from beaconfire_platform.web.old_answers import FORGOTTEN_MAX, KEPT, forget_old_answers
from beaconfire_testkit.service import ServiceUnderTest

_ADD = """
    insert into idempotency (principal, key, fingerprint, status, response, created_at)
    select 'ana', $1 || n, ''::bytea, 201, ''::bytea, clock_timestamp() - $2::interval
    from generate_series(1, $3) n
"""


async def test_what_is_older_than_a_week_goes_and_the_rest_stays(
    running: ServiceUnderTest,
) -> None:
    database = running.ground.database
    async with database.transaction(cause=Cause(actor="ana", correlation_id="")) as tx:
        await tx.connection.execute(_ADD, "old", KEPT + timedelta(minutes=1), FORGOTTEN_MAX + 7)
        await tx.connection.execute(_ADD, "new", KEPT - timedelta(minutes=1), 3)

    forgotten = await forget_old_answers(database)

    assert forgotten == FORGOTTEN_MAX + 7
    kept = await database.pool.fetch("select key from idempotency order by key")
    assert [one["key"] for one in kept] == ["new1", "new2", "new3"]
    assert await forget_old_answers(database) == 0
