"""What the log of a process says of facts that take no effect here: which, and why (R14, R15)."""

import time
from collections.abc import Callable
from typing import Any, Final

import structlog

from beaconfire_platform.log.ledger import BEHIND
from beaconfire_platform.log.parking import upgrade_for
from beaconfire_platform.log.port import Told

TYPES_TOLD_MAX: Final = 200
"""Types unknown to a build of which it is remembered that they were told of."""
TOLD_AGAIN_S: Final = 60.0
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


class Ignored:
    """What one consumer says of facts whose types this build does not know: they mean nothing here.

    Of each type at once, and then a line a minute at most with how many passed since: whoever is
    one version behind may meet thousands.
    """

    def __init__(self, consumer: str, *, clock: Callable[[], float] = time.monotonic) -> None:
        """Nothing was told yet."""
        self._consumer = consumer
        self._clock = clock
        self._since = dict[str, tuple[float, int]]()
        """By type: when it was told of, and how many it was not told of since."""

    def tell(self, told: Told) -> None:
        """Which fact it is, where it lies, and how many of its type passed untold before it."""
        at, untold = self._since.get(told.type, (float("-inf"), 0))
        if self._clock() - at < TOLD_AGAIN_S:
            self._since[told.type] = at, untold + 1
            return
        if len(self._since) >= TYPES_TOLD_MAX:
            self._since.clear()
        self._since[told.type] = self._clock(), 0
        _log.warning("fact_type_unknown", consumer=self._consumer, source=told.source,
                     type=told.type, key=told.key, version=told.key_version, fact=told.id,
                     at=told.position.text(), untold_before=untold)  # fmt: skip
