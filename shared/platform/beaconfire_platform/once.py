"""What is done once, however often it is asked (R30)."""

from dataclasses import dataclass

from beaconfire_contracts.locks import LockClass, LockKey
from beaconfire_contracts.refusals import Conflict


class AnswerInFlight(Conflict):
    """The same request is being answered at this moment; ask again."""

    retriable = True


class AnsweredBefore(Exception):  # noqa: N818  (no error: its answer is kept)
    """The same request was answered before; nothing is done again."""


@dataclass(frozen=True, slots=True)
class Once:
    """What is done once, however often it is asked: who asks, and by which key (R30)."""

    principal: str
    key: str

    @property
    def lock(self) -> LockKey:
        """Held while it is being answered."""
        return LockKey(LockClass.IDEMPOTENCY, f"{self.principal}/{self.key}")

    def opening(self, service: str) -> tuple[str, str]:
        """The lock's number, and the question whether it was answered, as parts of a statement.

        Both names go as hexadecimal digits: no statement is made of what somebody sent.
        """
        who, key = (
            f"convert_from('\\x{one.encode().hex()}', 'UTF8')" for one in (self.principal, self.key)
        )
        return str(self.lock.number(service)), f"; SELECT unanswered({who}, {key})"
