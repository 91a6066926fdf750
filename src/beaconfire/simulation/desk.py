"""The simulated dispatcher: accepts what policy proposes after a few business seconds.

On unmanned seats only, and never on an incident that a person has taken.
It passes people their share and has the clock wait for them (`sharing.py`), and closes what is
handled. Everything it does goes through the public API with its own token.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from beaconfire.simulation.api import PAGE, Refused, all_items
from beaconfire.simulation.chance import draw
from beaconfire.simulation.crew import Speaks
from beaconfire.simulation.sharing import Sharing

THINKS_S: Final = (6.0, 20.0)
"""How long a dispatcher looks at a proposal before sending, business seconds."""
CLOSES_AFTER_S: Final = 30.0
GIVES_UP_AFTER: Final = timedelta(hours=2)
"""A matter that asks for no unit and that no grid worker could see to is another body's work."""
GIVES_ORDERS: Final = frozenset({"dispatcher", "shift_leader"})
HOLD_AGAIN_S: Final = 15.0
"""A hold is asked for again well before the node lets go of it, wall seconds."""
_log: Final = structlog.get_logger(__name__)

_CLOSING: Final = {"medical": "treated_on_scene", "fire": "resolved", "traffic": "resolved"}


class Commands(Speaks, Protocol):
    """Whoever can also set something."""

    async def put(self, path: str, body: object) -> Any:
        """The answer to a replacement."""
        ...


@dataclass(slots=True)
class Desk:
    """One dispatcher for all unmanned seats."""

    api: Commands
    sharing: Sharing = field(default_factory=Sharing)
    wall_s: Callable[[], float] = time.monotonic
    sent: int = 0
    closed: int = 0
    passed: int = 0
    _seen_at: dict[str, datetime] = field(default_factory=dict)
    _handled_at: dict[str, datetime] = field(default_factory=dict)
    _roles: dict[str, frozenset[str]] = field(default_factory=dict)
    _held_at_s: float | None = None

    async def look(self, now: datetime) -> bool:
        """One look at the queue: pass on, send what waits long enough, close what is handled.

        Returns whether the clock was held or let go, so that the others ask what it says.
        """
        manned = await self._manned_seats()
        waiting = await all_items(self.api, "/v1/incidents", status="open")
        self.sharing.sit({
            seat: datetime.fromisoformat(one["taken_at"])
            for seat, one in manned.items()
            if await self._may_order(one["person_id"])
        })  # fmt: skip
        for incident in self.sharing.news(waiting):
            if incident["seat"] in manned:
                self.sharing.leave(incident)
            else:
                await self._share(incident)
        turned = await self._hold(wanted=self.sharing.holds(waiting, self.wall_s()))
        for incident in waiting:
            if incident["seat"] not in manned:
                await self._consider(incident, now)
        for incident in await all_items(self.api, "/v1/incidents", status="handled"):
            if incident["seat"] not in manned:
                await self._close(incident, now)
        return turned

    async def _manned_seats(self) -> dict[str, dict[str, Any]]:
        """The seats where somebody works; a pool is nobody's."""
        return {
            one["id"]: one
            for one in await all_items(self.api, "/v1/seats")
            if one.get("person_id") and one.get("kind") != "pool"
        }

    async def _may_order(self, person_id: str) -> bool:
        """Whether somebody may send units: a call taker's incidents stay with the dispatchers."""
        if person_id not in self._roles:
            for one in await all_items(self.api, "/v1/people"):
                self._roles[one["id"]] = frozenset(grant["role"] for grant in one["grants"])
        return bool(self._roles.get(person_id, frozenset()) & GIVES_ORDERS)

    async def _share(self, incident: dict[str, Any]) -> None:
        """Pass a new incident to the person whose it is, if it is anybody's."""
        key = incident["id"]
        try:
            timeline = await self.api.get(f"/v1/incidents/{key}/timeline", limit=1)
            if not timeline["items"]:
                return  # its first line is on its way: at the next look
            seat = self.sharing.seat_for(incident, timeline["items"][0]["seat"])
            if seat is None:
                return
            await self.api.post(f"/v1/incidents/{key}/pass", {"seat": seat})
        except Refused as refused:  # taken or closed meanwhile: somebody was quicker
            _log.info("pass_refused", incident=incident["number"], problem=str(refused)[:120])
            return
        incident["seat"] = seat
        self.passed += 1

    async def _hold(self, *, wanted: bool) -> bool:
        """Have the clock wait for a person, or run on; whether anything was said to it."""
        now_s, held_at_s = self.wall_s(), self._held_at_s
        if not wanted and held_at_s is None:
            return False
        if wanted and held_at_s is not None and now_s - held_at_s < HOLD_AGAIN_S:
            return False
        self._held_at_s = now_s if wanted else None
        try:
            await self.api.put("/v1/clock", {"held_at_wall_pace": wanted})
        except Refused as refused:  # no demo, or not ours to move
            _log.info("hold_refused", problem=str(refused)[:120])
        return True

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
                if not proposal["needs"] and await self._is_looked_after(key, now - since):
                    await self.api.post(f"/v1/incidents/{key}/handle", {})
                return
            await self.api.post(f"/v1/incidents/{key}/dispatch", order_of(proposal["options"][0]))
            self.sent += 1
            self._seen_at.pop(key, None)
        except Refused as refused:
            if refused.status not in (404, 409):
                _log.warning("order_refused", incident=incident["number"], problem=str(refused))

    async def _is_looked_after(self, key: str, waited: timedelta) -> bool:
        """Where no unit is asked for: whether a grid worker is done there, or nobody will be."""
        told = await self.api.get(f"/v1/incidents/{key}/timeline", limit=PAGE)
        is_done = any(
            one["type"].endswith(".task-state-changed.v1") and one["data"]["state"] == "done"
            for one in told["items"]
        )
        return is_done or waited > GIVES_UP_AFTER

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


def order_of(option: dict[str, Any]) -> dict[str, Any]:
    """The order that takes an option as it stands: with whom it turns round, and stands down."""
    units = option["units"]
    return {
        "unit_ids": [one["unit_id"] for one in units],
        "leaving": [one["leaves"]["assignment_id"] for one in units if one.get("leaves")],
        "standing_down": [one["replaces"]["assignment_id"] for one in units if one.get("replaces")],
    }


ENDED: Final = frozenset({"cleared", "refused", "cancelled"})
