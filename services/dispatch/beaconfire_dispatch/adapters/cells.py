"""Where a point lies in the grid, asked of geo by HTTP."""

from typing import Any

import httpx

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Unavailable
from beaconfire_dispatch.application.desk import CellsAt


class GridAway(Unavailable):
    """Geo does not say where this lies; name the area, or ask again."""


class HttpCells:
    """Asks geo with the service's own token."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """`http` knows the origin."""
        self._http = http

    async def path_of(self, point: Point) -> str | None:
        """The path of the cell at a point; None outside of every cell."""
        return (await self._ask(point))["path"]

    async def at(self, point: Point) -> CellsAt:
        """All the cells at a point; outside of every one the nearest."""
        told = await self._ask(point)
        path = told["path"] or told["nearest_path"]
        return CellsAt(path, tuple(told["also_in"]), told["path"] is not None)

    async def _ask(self, point: Point) -> dict[str, Any]:
        try:
            answer = await self._http.get("/v1/cells", params={"lon": point.lon, "lat": point.lat})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise GridAway from error
        return answer.json()
