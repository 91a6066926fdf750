"""Withdraw an API token."""

from dataclasses import dataclass
from datetime import datetime

from beaconfire_agency.application.ports import Facts, Tokens
from beaconfire_contracts.facts.agency import AccessRevoked
from beaconfire_contracts.ids import PersonId
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class WithdrawToken:
    """Which token of whom."""

    token_id: str
    person_id: PersonId


def keys(command: WithdrawToken) -> tuple[LockKey, ...]:
    """One person at a time."""
    return (aggregate(command.person_id),)


async def withdraw_token(
    command: WithdrawToken, *, tokens: Tokens, facts: Facts, now: datetime
) -> None:
    """It opens nothing any more, anywhere, within five seconds."""
    await tokens.withdraw(command.token_id)
    await facts.tell(AccessRevoked(command.person_id, now, token_id=command.token_id))
