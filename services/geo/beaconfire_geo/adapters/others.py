"""What dispatch, agency and incident know of a place, asked with the caller's own short token.

So each of them decides by `allow()` what this caller may know, and geo needs no right of its own to
anybody's name (docs/adr/0041).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import httpx

from beaconfire_contracts.places import Point
from beaconfire_geo.application.desks import AskedOther
from beaconfire_spatial.geometry import LonLat, bounds_around, distance_m

WITHHELD_STATUSES: Final = frozenset({401, 403, 404})
TOLD, WITHHELD, AWAY = "told", "withheld", "away"
ASKED_S_MAX: Final = 2.0
"""Whoever asks who answers for a place waits no longer for the names than for the place."""
INCIDENTS_ASKED: Final = 200
INCIDENTS_TOLD_MAX: Final = 20
"""In one answer, the newest first: somebody reads them aloud."""


class HttpOthers:
    """The other services by HTTP at one origin."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """`http` knows the origin; its own token is not used."""
        self._http = http

    async def responders(
        self, path: str, also_in: Sequence[str], at: datetime | None, token: str
    ) -> AskedOther:
        """Who is on duty there, with names where the caller may know them."""
        asked: dict[str, Any] = {"path": path, "also_in": list(also_in)}
        if at is not None:
            asked["at"] = at.isoformat()
        state, told = await self._ask("/v1/duty", asked, token)
        if told is None:
            return AskedOther(state)
        found: list[dict[str, Any]] = told["responders"]
        names = await self._names(sorted({one["person_id"] for one in found} - {None}), token)
        nobody = {"name_zh": None, "name_en": None}
        return AskedOther(TOLD, [one | names.get(one["person_id"], nobody) for one in found])

    async def _names(self, people: Sequence[str], token: str) -> Mapping[str, dict[str, Any]]:
        """Of those whom the caller may know."""
        if not people:
            return {}
        _, told = await self._ask("/v1/people", {"id": list(people)}, token)
        return {
            one["id"]: {"name_zh": one["name_zh"], "name_en": one["name_en"]}
            for one in ([] if told is None else told["items"])
        }

    async def incidents(
        self, point: Point, radius_m: float, since: datetime, token: str
    ) -> AskedOther:
        """Incidents around a point that the caller may see, the newest first, 20 at most."""
        here = LonLat(point.lon, point.lat)
        west, south, east, north = bounds_around(here, radius_m)
        box = ",".join(f"{one:.6f}" for one in (west, south, east, north))
        asked = {"bbox": box, "since": since.isoformat(), "limit": INCIDENTS_ASKED}
        state, told = await self._ask("/v1/incidents", asked, token)
        if told is None:
            return AskedOther(state)
        near = [
            one | {"distance_m": round(metres, 1)}
            for one in told["items"]
            if (at := one["place"]["point"]) is not None
            and (metres := distance_m(here, LonLat(at["lon"], at["lat"]))) <= radius_m
        ]
        return AskedOther(TOLD, near[:INCIDENTS_TOLD_MAX])

    async def _ask(
        self, path: str, asked: Mapping[str, Any], token: str
    ) -> tuple[str, dict[str, Any] | None]:
        """The state, and the answer where there is one."""
        try:
            answer = await self._http.get(
                path,
                params=dict(asked),
                headers={"Authorization": token},
                auth=None,
                timeout=ASKED_S_MAX,
            )
        except httpx.HTTPError:
            return AWAY, None
        if answer.status_code in WITHHELD_STATUSES:
            return WITHHELD, None
        return (TOLD, answer.json()) if answer.is_success else (AWAY, None)
