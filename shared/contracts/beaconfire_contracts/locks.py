"""Names of the advisory locks that a write transaction takes first, in one order for all."""

import hashlib
from enum import IntEnum
from functools import lru_cache
from typing import Final, NamedTuple

NUMBERS_REMEMBERED_MAX: Final = 4_096
"""Who is locked is mostly locked again: an incident has a dozen facts and more."""


class LockClass(IntEnum):
    """In which order locks are taken: idempotency, then spatial buckets, then aggregates."""

    IDEMPOTENCY = 1
    BUCKET = 2
    AGGREGATE = 3


class LockKey(NamedTuple):
    """One thing to lock: its class and its name, unique within a service."""

    lock_class: LockClass
    name: str

    def number(self, service: str) -> int:
        """A signed 64-bit number for PostgreSQL; equal numbers only cost waiting."""
        return _number(f"{service}/{int(self.lock_class)}/{self.name}")


@lru_cache(maxsize=NUMBERS_REMEMBERED_MAX)
def _number(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def aggregate(name: str) -> LockKey:
    """The lock of one aggregate: an incident, a unit, a person, a layer."""
    return LockKey(LockClass.AGGREGATE, name)


def bucket(name: str) -> LockKey:
    """The lock of one spatial bucket."""
    return LockKey(LockClass.BUCKET, name)
