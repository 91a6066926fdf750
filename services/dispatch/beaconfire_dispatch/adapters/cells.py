"""Where a point lies in the grid, asked of geo by HTTP."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import httpx

from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Unavailable
from beaconfire_dispatch.application.desk import AreaName, CellsAt

NAMED_AT_ONCE_MAX: Final = 1_000
"""As many as geo names in one answer."""


class GridAway(Unavailable):
    """Geo does not say where this lies; name the area, or ask again."""


class HttpCells:
    """Asks geo with the service's own token; an older geo knows no response areas."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """`http` knows the origin."""
        self._http = http

    async def at(self, point: Point) -> CellsAt:
        """All the cells at a point; outside of every one the nearest."""
        told = await self._ask(point)
        path = told["path"] or told["nearest_path"]
        around = tuple(told.get("response_areas", ()))
        return CellsAt(path, tuple(told["also_in"]), told["path"] is not None, around)

    async def named(self, areas: Sequence[str]) -> Mapping[str, AreaName]:
        """What areas are called, by their paths; without those that the grid does not have."""
        found, _ = await self._areas(areas)
        return {
            one["path"]: AreaName(one["level"], one["name_zh"], one["name_en"])
            for one in found
            if one["asked"] == one["path"]
        }

    async def unknown(self, areas: AbstractSet[str]) -> AbstractSet[str]:
        """Those of the areas, named by path or code, that are neither of the grid nor response
        areas in force.
        """
        found, response_areas = await self._areas(sorted(areas))
        return areas - {one["asked"] for one in found} - response_areas

    async def _areas(self, areas: Sequence[str]) -> tuple[list[dict[str, Any]], AbstractSet[str]]:
        """The grid's with their names, and which are codes of response areas."""
        found: list[dict[str, Any]] = []
        response_areas: set[str] = set()
        for first in range(0, len(areas), NAMED_AT_ONCE_MAX):
            asked = list(areas[first : first + NAMED_AT_ONCE_MAX])
            try:
                answer = await self._http.post("/v1/areas", json={"areas": asked})
                answer.raise_for_status()
            except httpx.HTTPError as error:
                raise GridAway from error
            told = answer.json()
            found += told["items"]
            response_areas.update(told.get("response_areas", ()))
        return found, response_areas

    async def _ask(self, point: Point) -> dict[str, Any]:
        try:
            answer = await self._http.get("/v1/cells", params={"lon": point.lon, "lat": point.lat})
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise GridAway from error
        return answer.json()
