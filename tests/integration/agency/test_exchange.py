"""The exchange: what a secret opens, until idle, ended, disabled or withdrawn."""

from datetime import timedelta
from typing import Any

import pytest

from beaconfire_agency.adapters.exchange import PgExchange
from beaconfire_platform.access.tokens import Minter, Verifier
from beaconfire_testkit.service import SIGNING_KEY

MINTER = Minter(SIGNING_KEY)


@pytest.fixture
def exchange(centre: Any) -> PgExchange:
    database = centre.under_test.ground.database
    return PgExchange(database, MINTER, idle=timedelta(minutes=30))


def _secret(centre: Any) -> str:
    return centre.administrator.headers["cookie"].partition("=")[2]


async def _age(centre: Any, assignment: str) -> None:
    async with centre.under_test.ground.database.pool.acquire() as connection:
        await connection.execute(f"update session set {assignment}")


async def test_a_cookie_is_exchanged_for_a_token_that_any_service_verifies(
    centre: Any, exchange: PgExchange
) -> None:
    exchanged = await exchange.exchange(_secret(centre))

    assert exchanged is not None
    subject = Verifier(MINTER.public_key).subject(exchanged.token)
    assert subject.id == exchanged.subject.id
    assert subject.grants == exchanged.subject.grants
    assert subject.session_id is not None
    assert subject.ends_at == exchanged.subject.ends_at
    assert subject.ends_at is not None


@pytest.mark.parametrize(
    "assignment",
    [
        "seen_at = seen_at - interval '31 minutes'",
        "ends_at = clock_timestamp() - interval '1 second'",
        "closed_at = clock_timestamp()",
    ],
)
async def test_idle_ended_and_closed_sessions_open_nothing(
    centre: Any, exchange: PgExchange, assignment: str
) -> None:
    await _age(centre, assignment)

    assert await exchange.exchange(_secret(centre)) is None


async def test_use_keeps_a_session_from_growing_idle(centre: Any, exchange: PgExchange) -> None:
    await _age(centre, "seen_at = seen_at - interval '20 minutes'")

    await exchange.exchange(_secret(centre))
    await _age(centre, "seen_at = seen_at - interval '20 minutes'")

    assert await exchange.exchange(_secret(centre)) is not None


@pytest.mark.parametrize("secret", ["", "x", "bfk_", "bfk_x", "' or 1=1 --", "\x00", "é" * 60])
async def test_what_was_never_issued_opens_nothing(
    centre: Any, exchange: PgExchange, secret: str
) -> None:
    del centre

    assert await exchange.exchange(secret) is None
