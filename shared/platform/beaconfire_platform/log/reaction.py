"""What a fact does in a service: an effect, and the locks that it needs before anything else."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from beaconfire_contracts.envelope import Envelope
from beaconfire_contracts.locks import LockKey, aggregate
from beaconfire_platform.database import Tx

Effect = Callable[[Envelope[Any], Tx], Awaitable[None]]
"""What a fact does here: it works inside the transaction it is given and commits nothing."""


def key_alone(told: Envelope[Any]) -> tuple[LockKey, ...]:
    """The lock of a fact's own stream key: enough for most reactions."""
    return (aggregate(told.key),)


@dataclass(frozen=True, slots=True)
class Reaction:
    """An effect, and the locks that it needs before anything else."""

    effect: Effect
    keys: Callable[[Envelope[Any]], tuple[LockKey, ...]] = key_alone
    is_at_once: bool = False
    """It can do without its locks, writes nothing but by `Tx.later` and `Tx.at_last`, tells
    nothing, and asks for more where it finds that it needs that (`Tx.needs_more`)."""
