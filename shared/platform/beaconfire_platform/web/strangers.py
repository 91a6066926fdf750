"""Routes that anybody may call without signing in: one subject, few rights, a narrow pace.

The public passes the same rules as everybody else (R52), in the role `reporter`; what a source may
send in a minute is counted before anything is read from the database.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import Any, Final

from fastapi import Depends, Request

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.refusals import TooMany
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import RULES
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.web.edge import Call, idempotency_key

SOURCES_MAX: Final = 10_000
"""Sources remembered at once: the longest silent one is forgotten first (about 2 MB)."""
STRANGER: Final = Subject("public", (Grant(Role.REPORTER, BodyId("public"), "public"),))
"""Everybody who did not sign in."""
_IPV6_SITE_BITS: Final = 64
"""A subscriber holds a whole /64; counting single addresses would count nothing."""


class TooFast(TooMany):
    """Too many requests from your address; wait a minute."""


class Pace:
    """How much one source may ask: a bucket of `burst`, refilled with `per_minute`."""

    def __init__(
        self, per_minute: float, burst: int, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """A pace is kept in this process's memory; each instance counts for itself."""
        self._per_s = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def admit(self, source: str) -> None:
        """Count one request; TooFast when the bucket is empty."""
        now = self._clock()
        left, since = self._left.pop(source, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_s)
        self._left[source] = (max(0.0, left - 1), now)
        while len(self._left) > SOURCES_MAX:
            self._left.popitem(last=False)
        if left < 1:
            raise TooFast


def source_of(request: Request) -> str:
    """From which subscriber a request came: the address, of IPv6 its /64."""
    if request.client is None:
        return "unknown"
    try:
        address = ip_address(request.client.host)
    except ValueError:
        return request.client.host
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)  # a socket for both families tells it so
    if isinstance(address, IPv6Address):
        return str(IPv6Address(int(address) >> _IPV6_SITE_BITS << _IPV6_SITE_BITS))
    return str(address)


def strangers(action: str, service: str, pace: Pace) -> Any:
    """A dependency giving the Call of somebody who need not sign in."""
    if action not in RULES[Role.REPORTER]:
        raise ValueError(f"a stranger may not {action}; see roles.toml")

    async def admit(request: Request) -> Call:
        pace.admit(source_of(request))
        request.scope["beaconfire.service"] = service
        return Call(
            request,
            STRANGER,
            action,
            request.scope["beaconfire.correlation"],
            idempotency_key(request),
        )

    admit.__name__ = f"strangers:{action}"
    return Depends(admit)
