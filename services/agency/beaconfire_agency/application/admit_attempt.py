"""Admit one try to sign in, before the password is looked at: guesses are counted, not results."""

from dataclasses import dataclass

from beaconfire_agency.application.ports import Attempts
from beaconfire_agency.domain.sessions import check_tries
from beaconfire_contracts.locks import LockKey, aggregate


@dataclass(frozen=True, slots=True)
class AdmitAttempt:
    """For which account, known or not, and from where."""

    sign_in: str
    source: str


def keys(command: AdmitAttempt) -> tuple[LockKey, ...]:
    """One try from a source at a time: a hundred at once are counted one by one."""
    return (aggregate(f"attempts/{command.source}"),)


async def admit_attempt(command: AdmitAttempt, *, attempts: Attempts) -> None:
    """Count it; TooManyTries when they are used up."""
    check_tries(*await attempts.count(command.sign_in, command.source))
    await attempts.add(command.sign_in, command.source)
