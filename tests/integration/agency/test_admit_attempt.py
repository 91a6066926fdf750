"""Tries are counted before any password is looked at."""

from typing import Any

import pytest

from beaconfire_agency.application.admit_attempt import AdmitAttempt, admit_attempt, keys
from beaconfire_agency.domain.sessions import SOURCE_TRIES_MAX, TRIES_MAX, TooManyTries


async def _try(work: Any, account: str, source: str = "10.0.0.1") -> None:
    await admit_attempt(AdmitAttempt(account, source), attempts=work.tables.attempts)


async def test_five_tries_and_no_sixth(work: Any) -> None:
    for _ in range(TRIES_MAX):
        await _try(work, "mei")

    with pytest.raises(TooManyTries):
        await _try(work, "mei")


async def test_the_same_account_from_elsewhere_is_not_locked_out(work: Any) -> None:
    for _ in range(TRIES_MAX):
        await _try(work, "mei", "6.6.6.6")

    await _try(work, "mei", "10.0.0.1")


async def test_one_try_each_for_many_accounts_ends_too(work: Any) -> None:
    for number in range(SOURCE_TRIES_MAX):
        await _try(work, f"person{number}")

    with pytest.raises(TooManyTries):
        await _try(work, "one more")


async def test_tries_of_a_quarter_of_an_hour_ago_count_no_longer(work: Any) -> None:
    for _ in range(TRIES_MAX):
        await _try(work, "mei")
    await work.tx.connection.execute("update sign_in_attempt set at = at - interval '16 minutes'")

    await _try(work, "mei")


def test_tries_from_one_source_wait_for_each_other() -> None:
    one, other = AdmitAttempt("a", "10.0.0.1"), AdmitAttempt("b", "10.0.0.1")

    assert keys(one) == keys(other)
