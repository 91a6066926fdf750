"""A service's own short token, by which it asks the others."""

from datetime import timedelta
from typing import Final

import httpx

from beaconfire_contracts.facts.agency import Grant
from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import EVERYWHERE
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Minter
from beaconfire_platform.clock import wall_now

RENEW_AFTER: Final = timedelta(minutes=5)


class ServiceToken(httpx.Auth):
    """Puts the token on each request, and renews it before it ends."""

    def __init__(self, service: str, minter: Minter) -> None:
        """Reads only, everywhere: what `roles.toml` gives the role `service`."""
        grants = (Grant(Role.SERVICE, BodyId("beaconfire"), EVERYWHERE),)
        self._subject = Subject(id=f"service:{service}", grants=grants)
        self._minter = minter
        self._token = ""
        self._renew_at = wall_now()

    def auth_flow(self, request: httpx.Request):  # noqa: ANN201  (httpx's generator type)
        """Put the token on a request."""
        now = wall_now()
        if not self._token or now >= self._renew_at:
            self._token = self._minter.mint(self._subject, now=now)
            self._renew_at = now + RENEW_AFTER
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request
