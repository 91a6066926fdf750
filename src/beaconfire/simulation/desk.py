"""The simulated dispatcher: accepts what policy proposes after a few business seconds.

On unmanned seats only, and never on an incident that a person has taken (`architecture.md` §12.2).
It closes what is handled. Everything it does goes through the public API with its own token.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from beaconfire.simulation.api import Refused
from beaconfire.simulation.chance import draw
from beaconfire.simulation.crew import Speaks

THINKS_S: Final = (6.0, 20.0)
"""How long a dispatcher looks at a proposal before sending, business seconds."""
CLOSES_AFTER_S: Final = 30.0
PAGE: Final = 200
_log: Final = structlog.get_logger(__name__)

_CLOSING: Final = {"medical": "treated_on_scene", "fire": "resolved", "traffic": "resolved"}


@dataclass(slots=True)
class Desk:
    """One dispatcher for all unmanned seats."""

    api: Speaks
    pool_seats: frozenset[str] = frozenset()
    sent: int = 0
    closed: int = 0
    _seen_at: dict[str, datetime] = field(default_factory=dict)
    _handled_at: dict[str, datetime] = field(default_factory=dict)

    async def look(self, now: datetime) -> None:
        """One look at the queue: send what waits long enough, close what is handled."""
        manned = await self._manned_seats()
        for incident in await self._all("/v1/incidents", status="open"):
            if incident["seat"] not in manned:
                await self._consider(incident, now)
        for incident in await self._all("/v1/incidents", status="handled"):
            if incident["seat"] not in manned:
                await self._close(incident, now)

    async def _manned_seats(self) -> frozenset[str]:
        seats = await self._all("/v1/seats")
        return frozenset(
            one["id"] for one in seats if one.get("person_id") and one.get("kind") != "pool"
        )

    async def _all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = await self.api.get(path, cursor=cursor, limit=PAGE, **params)
            items.extend(page["items"])
            cursor = page["next"]
            if cursor is None:
                return items

    async def _consider(self, incident: dict[str, Any], now: datetime) -> None:
        """Give a proposal a few seconds' thought, then accept its best option."""
        key = incident["id"]
        if any(one["status"] not in ENDED for one in incident.get("assignments", [])):
            self._seen_at.pop(key, None)
            return
        since = self._seen_at.setdefault(key, now)
        least, most = THINKS_S
        if now - since < timedelta(seconds=least + (most - least) * draw(key, "thinks")):
            return
        try:
            proposal = await self.api.get(f"/v1/incidents/{key}/recommendation")
            if not proposal["options"] or not proposal["options"][0]["units"]:
                return
            units = [one["unit_id"] for one in proposal["options"][0]["units"]]
            await self.api.post(f"/v1/incidents/{key}/dispatch", {"unit_ids": units})
            self.sent += 1
            self._seen_at.pop(key, None)
        except Refused as refused:
            if refused.status not in (404, 409):
                _log.warning("order_refused", incident=incident["number"], problem=str(refused))

    async def _close(self, incident: dict[str, Any], now: datetime) -> None:
        key = incident["id"]
        since = self._handled_at.setdefault(key, now)
        if now - since < timedelta(seconds=CLOSES_AFTER_S):
            return
        disposition = _CLOSING.get((incident["type"] or "").split(".")[0], "resolved")
        try:
            await self.api.post(f"/v1/incidents/{key}/close", {"disposition": disposition})
            self.closed += 1
            self._handled_at.pop(key, None)
        except Refused as refused:
            if refused.status not in (404, 409):
                _log.warning("close_refused", incident=incident["number"], problem=str(refused))


ENDED: Final = frozenset({"cleared", "refused", "cancelled"})
