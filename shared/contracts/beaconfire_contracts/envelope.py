"""What travels around a fact: CloudEvents 1.0 attributes and our extensions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from beaconfire_contracts.facts.registry import Fact
from beaconfire_contracts.ids import FactId
from beaconfire_contracts.vocabulary import Sensitivity

F_co = TypeVar("F_co", bound=Fact, covariant=True)


class LogPosition(NamedTuple):
    """A place in one log: epoch, then transaction, then row; totally ordered within an epoch."""

    epoch: int
    txid: int
    row: int

    def text(self) -> str:
        """As `epoch.txid.row`, safe for JSON and browsers whose integers end at 2^53."""
        return f"{self.epoch}.{self.txid}.{self.row}"

    @classmethod
    def parse(cls, text: str) -> "LogPosition":
        """The position that `text` names; ValueError for anything else."""
        epoch, txid, row = (int(part) for part in text.split("."))
        return cls(epoch, txid, row)


START = LogPosition(0, 0, 0)
"""Before the first fact."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a fact was told: who did it, for whom, from which seat, following what."""

    actor: str
    correlation_id: str
    causation_id: str | None = None
    seat: str | None = None
    on_behalf_of: str | None = None
    occurred_at: datetime | None = None
    exercise_id: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Labels by which a fact's visibility is decided: owner body, division path, sensitivity."""

    owner: str | None = None
    division: str | None = None
    sensitivity: Sensitivity = Sensitivity.INTERNAL


class Envelope(NamedTuple, Generic[F_co]):
    """One fact with everything that travels around it.

    It is made for each fact that is read: a frozen dataclass of ten members takes seven times as
    long to make as a tuple.
    """

    id: FactId
    source: str
    type: str
    key: str
    key_version: int
    time: datetime
    cause: Cause
    scope: Scope
    position: LogPosition
    fact: F_co
