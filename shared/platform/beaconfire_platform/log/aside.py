"""What the log of a process says of facts that take no effect here: which, and why (R14, R15)."""

from functools import lru_cache
from typing import Any, Final

import structlog

from beaconfire_platform.log.ledger import BEHIND
from beaconfire_platform.log.parking import upgrade_for
from beaconfire_platform.log.port import Told

TYPES_TOLD_MAX: Final = 200
"""Types unknown to a build of which it is remembered that they were told of."""
_log: Final = structlog.get_logger(__name__)


def tell_parked(consumer: str, told: Told, why: str, error: Exception | None = None) -> None:
    """A line for whoever looks: which fact waits, and why; softly for what only waits behind it."""
    said: dict[str, Any] = {
        "consumer": consumer, "source": told.source, "type": told.type, "key": told.key,
        "version": told.key_version, "fact": told.id, "at": told.position.text(), "why": why,
    }  # fmt: skip
    upgrade = upgrade_for(consumer, why)
    if why == BEHIND:
        _log.info("fact_waits_behind", **said)
    elif upgrade is not None:
        _log.error("fact_parked", **said, upgrade=upgrade)
    else:
        _log.error("fact_parked", **said, exc_info=error)


@lru_cache(maxsize=TYPES_TOLD_MAX)
def tell_ignored(consumer: str, type_name: str) -> None:
    """Once for a type: this build does not know it, so it means nothing here."""
    _log.warning("fact_type_unknown", consumer=consumer, type=type_name)
