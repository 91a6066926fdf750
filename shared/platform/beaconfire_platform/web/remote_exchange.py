"""The exchange from afar: a service that runs apart asks agency what a secret is worth."""

from typing import Final

import httpx
import structlog

from beaconfire_contracts.refusals import Unauthenticated, Unavailable
from beaconfire_platform.access.tokens import Verifier
from beaconfire_platform.web.session import Exchanged

PATH: Final = "/v1/session/exchange"
NOT_FOUND: Final = 404
OPENS_NOTHING: Final = "secret_unknown"
"""Agency's own word; any other 404 is a gateway's, or an agency's that does not know this door."""
_log: Final = structlog.get_logger(__name__)


class IdentityAway(Unavailable):
    """Who you are cannot be looked up at this moment; ask again."""


class RemoteExchange:
    """Asks agency over HTTP."""

    def __init__(self, http: httpx.AsyncClient, verifier: Verifier) -> None:
        """`http` bears this service's own token; what comes back is verified like any token."""
        self._http = http
        self._verifier = verifier

    async def exchange(self, secret: str) -> Exchanged | None:
        """The token, or None for a secret that opens nothing; IdentityAway when nobody can say."""
        try:
            answer = await self._http.post(PATH, json={"secret": secret})
            if answer.status_code == NOT_FOUND and answer.json()["code"] == OPENS_NOTHING:
                return None
            token = answer.raise_for_status().json()["token"]
            return Exchanged(token, self._verifier.subject(token))
        except Unauthenticated:
            return None
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            _log.warning("exchange_failed", error=type(error).__name__)
            raise IdentityAway from error
