"""Where units are, as geo streams it: the last fix of each, in memory; else at home."""

from datetime import datetime
from typing import Any, Final

import httpx
import structlog

from beaconfire_contracts.places import Point
from beaconfire_platform.fix_batch import Fix, FixBatch
from beaconfire_platform.newest_fixes import NewestFixes
from beaconfire_platform.positions import PositionStream

_log: Final = structlog.get_logger(__name__)


class Whereabouts:
    """The last fix of each unit."""

    def __init__(self, positions: PositionStream, http: httpx.AsyncClient) -> None:
        """Listens from now on; what was before is asked of geo by `load`."""
        self._reader = positions.reader()
        self._http = http
        self._newest = NewestFixes()

    async def load(self) -> bool:
        """Ask geo for the last fixes; False when it is away."""
        try:
            cursor: str | None = None
            while True:
                params = {} if cursor is None else {"cursor": cursor}
                answer = await self._http.get("/v1/positions", params=params)
                answer.raise_for_status()
                page = answer.json()
                self._newest.take_in(FixBatch.of(_fix(one) for one in page["items"]))
                cursor = page["next"]
                if cursor is None:
                    return True
        except (httpx.HTTPError, ValueError) as error:
            _log.info("positions_not_loaded", error=type(error).__name__)
            return False

    async def listen_forever(self) -> None:
        """Keep the newest fix of whoever moves."""
        while True:
            self._newest.take_in(await self._reader.take())

    def of(self, unit_id: str, home: Point) -> Point:
        """Where a unit is: its last fix, else its station."""
        place = self._newest.place(unit_id)
        return home if place is None else Point(*place)

    def fix_of(self, unit_id: str) -> Fix | None:
        """The last fix of a unit."""
        return self._newest.get(unit_id)


def _fix(row: dict[str, Any]) -> Fix:
    return Fix(row["unit_id"], row["lon"], row["lat"], datetime.fromisoformat(row["observed_at"]))
