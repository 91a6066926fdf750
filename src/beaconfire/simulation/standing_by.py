"""Where free crews stand by: the simulated desk follows what is proposed, crews go there."""

from typing import Any, Final, Protocol

import structlog

from beaconfire.simulation.api import Refused

_log: Final = structlog.get_logger(__name__)


class Desk(Protocol):
    """Whoever can ask and order."""

    async def get(self, path: str, **params: Any) -> Any:
        """The answer to a question."""
        ...

    async def put(self, path: str, body: object) -> Any:
        """The answer to a change."""
        ...


class StandingBy:
    """Proposed places, followed at once; nobody has to think about where an idle crew waits."""

    def __init__(self, api: Desk) -> None:
        """Stations are asked for when the first crew is to go to one."""
        self._api = api
        self._stations: dict[str, tuple[float, float]] = {}

    async def look(self) -> dict[str, tuple[float, float]]:
        """Follow what is proposed; where each unit that was sent stands by."""
        found: dict[str, tuple[float, float]] = {}
        for one in (await self._api.get("/v1/standby"))["items"]:
            if one["state"] == "proposed" and not await self._follow(one):
                continue
            found[one["unit_id"]] = await self._place_of(one["station_id"])
        return found

    async def _follow(self, one: dict[str, Any]) -> bool:
        """Whether it is so now: somebody may have sent it to an incident meanwhile."""
        try:
            path = f"/v1/units/{one['unit_id']}/standby"
            await self._api.put(path, {"station_id": one["station_id"]})
        except Refused as refused:
            _log.info("standby_refused", unit=one["call_sign"], problem=str(refused)[:120])
            return False
        return True

    async def _place_of(self, station_id: str) -> tuple[float, float]:
        if station_id not in self._stations:
            for one in (await self._api.get("/v1/stations"))["items"]:
                self._stations[one["id"]] = (one["point"]["lon"], one["point"]["lat"])
        return self._stations[station_id]
