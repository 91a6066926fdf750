"""Asks geo for the last fix of each unit, once at the beginning."""

import asyncio
from datetime import datetime
from typing import Any, Final

import httpx
import structlog

from beaconfire_platform.positions import Fix

TRIES_MAX: Final = 30
TRY_AGAIN_S: Final = 1.0
_log: Final = structlog.get_logger(__name__)


async def last_fixes(http: httpx.AsyncClient) -> list[Fix]:
    """The last fixes; tried for half a minute, since geo may start at the same moment as we."""
    for _ in range(TRIES_MAX):
        try:
            return await _all(http)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            _log.info("positions_not_there_yet", error=type(error).__name__)
            await asyncio.sleep(TRY_AGAIN_S)
    return []


async def _all(http: httpx.AsyncClient) -> list[Fix]:
    found: list[Fix] = []
    params: dict[str, str] = {}
    while True:
        answer = await http.get("/v1/positions", params=params)
        answer.raise_for_status()
        page = answer.json()
        found.extend(_fix(one) for one in page["items"])
        if page["next"] is None:
            return found
        params = {"cursor": page["next"]}


def _fix(row: dict[str, Any]) -> Fix:
    return Fix(
        row["unit_id"],
        row["lon"],
        row["lat"],
        datetime.fromisoformat(row["observed_at"]),
        heading_deg=row.get("heading_deg"),
    )
