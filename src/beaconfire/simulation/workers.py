"""Simulated grid workers: accept a task, walk there, look, and say it is done."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from beaconfire.simulation.api import Refused
from beaconfire.simulation.chance import draw
from beaconfire.simulation.crew import Speaks

STEPS: Final = ("accept", "arrive", "done")
LIMITS_S: Final = ((20.0, 120.0), (240.0, 900.0), (120.0, 600.0))
"""How long each step takes after the one before: hearing of it, walking there, looking."""
CANNOT_SHARE: Final = 0.04
_AFTER: Final = {"offered": 0, "accepted": 1, "arrived": 2}
_log: Final = structlog.get_logger(__name__)


@dataclass(slots=True)
class Worker:
    """One grid worker with a phone: its own token, its own tasks."""

    api: Speaks
    _due: dict[str, tuple[str, datetime]] = field(default_factory=dict)

    async def look(self, now: datetime) -> None:
        """One look at the phone: do the step of each task that is due."""
        page = await self.api.get("/v1/tasks", state="active")
        for task in page["items"]:
            if task["state"] in _AFTER:
                await self._consider(task, now)

    async def _consider(self, task: dict[str, Any], now: datetime) -> None:
        number = _AFTER[task["state"]]
        verb, least, most = STEPS[number], *LIMITS_S[number]
        wait_s = least + (most - least) * draw(task["id"], verb)
        planned = self._due.get(task["id"])
        if planned is None or planned[0] != verb:
            self._due[task["id"]] = (verb, now + timedelta(seconds=wait_s))
            return
        if now < planned[1]:
            return
        body: dict[str, Any] = {"occurred_at": planned[1].isoformat()}
        if verb == "accept" and draw(task["id"], "cannot") < CANNOT_SHARE:
            verb, body["reason"] = "cannot", "elsewhere"
        try:
            await self.api.post(f"/v1/tasks/{task['id']}/{verb}", body)
        except Refused as refused:
            _log.info("task_refused", problem=str(refused)[:120])
        self._due.pop(task["id"], None)
