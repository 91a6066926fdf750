"""Incidents that dispatch has not heard of yet, read from incident by HTTP."""

from datetime import datetime
from typing import Any, Final

import httpx

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.places import Point
from beaconfire_contracts.refusals import Unavailable
from beaconfire_dispatch.domain.demand import Demand

NOT_FOUND: Final = 404
_OVER: Final = frozenset({"closed", "voided"})


class IncidentAway(Unavailable):
    """Dispatch has not heard of this incident, and incident does not answer; ask again."""


class HttpIncidents:
    """Asks incident with the service's own token."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        """`http` knows the origin."""
        self._http = http

    async def read(self, incident_id: IncidentId) -> Demand | None:
        """One incident, or None when there is none; IncidentAway without an answer."""
        try:
            answer = await self._http.get(f"/v1/incidents/{incident_id}")
            if answer.status_code == NOT_FOUND:
                return None
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise IncidentAway from error
        return _demand(answer.json())


def _demand(told: dict[str, Any]) -> Demand:
    point = told["place"].get("point")
    merged_into = told["merged_into"]
    return Demand(
        incident_id=IncidentId(told["id"]),
        number=told["number"],
        type=told["type"],
        priority=told["priority"],
        point=None if point is None else Point(point["lon"], point["lat"]),
        path=told["path"],
        owner=told["owner"]["body"],
        opened_at=datetime.fromisoformat(told["opened_at"]),
        participants=frozenset(one["body"] for one in told["participations"]),
        merged_into=None if merged_into is None else IncidentId(merged_into),
        ended=told["status"] in _OVER,
    )
