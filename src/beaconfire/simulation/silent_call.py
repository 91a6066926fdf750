"""Scene 1: a silent call with a wide circle; a unit is sent ahead, the network's position moves it.

A unit goes before place and type are known; then the place narrows and moves, the type is told by
a text message, and what is still missing is recommended for the place that is known by then.
"""

import asyncio
from typing import Any, Final

from beaconfire.simulation.scenes import ASK_EVERY_S, Stage, Told, position
from beaconfire_platform.ids import new_id
from beaconfire_spatial.geometry import LonLat, distance_m

SILENT_CALL: Final = "silent-call"
STEPS: Final = ("answered", "sent-ahead", "moved", "typed", "placed", "completed")
CIRCLE_M: Final = 640.0
"""A mast tells the cell that the telephone is in, and nothing better."""
NETWORK_M: Final = 140.0
DEVICE_M: Final = 25.0
APART_M: Final = (380.0, 560.0)
"""Within the first circle, and plainly another place."""
ORDERS_TRIED_MAX: Final = 20
"""Each is asked half a second after the last: ten seconds, two of the planner's beats."""
GOES_AHEAD: Final = "police"
TYPE: Final = "police.assault"
WORDS: Final = "Text message: he is hitting me, I cannot talk. I am hurt"


async def silent_call(stage: Stage) -> None:
    """Answer, send ahead, move, learn what it is, place it, send what is still missing."""
    mast, telephone = await stage.places(*APART_M)
    report = await _answered(stage, mast)
    incident_id, number = report["incident_id"], report["number"]

    def tell(step: str, *units: str) -> None:
        stage.tell(Told(SILENT_CALL, step, incident_id, number, units))

    tell("answered")
    await stage.pause(4)
    first = await stage.order_first(incident_id, await _nearest(stage, mast))
    tell("sent-ahead", *([] if first is None else [first]))
    await stage.pause(7)
    near = LonLat((mast.lon + 4 * telephone.lon) / 5, (mast.lat + 4 * telephone.lat) / 5)
    await _locate(stage, report["report_id"], near, NETWORK_M, "network")
    tell("moved")
    await stage.pause(7)
    words = {"type": TYPE, "text": WORDS}
    await stage.callers.post(f"/v1/reports/{report['report_id']}/amend", words)
    await stage.advice(incident_id)
    tell("typed")
    await stage.pause(7)
    await _locate(stage, report["report_id"], telephone, DEVICE_M, "device")
    tell("placed")
    await stage.pause(6)
    tell("completed", *await _complete(stage, incident_id))
    ended = {"ended_at": await stage.now(), "ended_how": "normal"}
    await stage.callers.post(f"/v1/reports/{report['report_id']}/end", ended)
    await stage.pause(6)


async def _answered(stage: Stage, mast: LonLat) -> dict[str, Any]:
    """Nobody speaks: no type, no words, a circle of a mast."""
    return await stage.callers.post(
        "/v1/reports",
        {
            "channel": "phone",
            "position": position(mast, CIRCLE_M),
            "position_method": "network",
            "call": {"id": f"scene-{new_id()}", "answered_at": await stage.now()},
        },
    )


async def _nearest(stage: Stage, place: LonLat) -> list[dict[str, Any]]:
    """Free units, patrols first, the nearest as the crow flies: no road leads to a circle."""

    def far_m(unit: dict[str, Any]) -> float:
        return distance_m(place, LonLat(unit["position"]["lon"], unit["position"]["lat"]))

    free = [one for one in await stage.all("/v1/units") if one["primary"] == "available"]
    return sorted(free, key=lambda one: (GOES_AHEAD not in one["capabilities"], far_m(one)))


async def _locate(
    stage: Stage, report_id: str, place: LonLat, accuracy_m: float, method: str
) -> None:
    body = {"position": position(place, accuracy_m), "method": method}
    await stage.callers.post(f"/v1/reports/{report_id}/locations", body)


async def _complete(stage: Stage, incident_id: str) -> list[str]:
    """Send what is still recommended; the call signs of who went.

    Another desk may send the same unit at that moment: then the next advice names another, once
    the planner has looked.
    """
    for _ in range(ORDERS_TRIED_MAX):
        units = await stage.advice(incident_id)
        if not units:
            break
        if await stage.follow(incident_id, units):
            return [one["call_sign"] for one in units]
        await asyncio.sleep(ASK_EVERY_S)
    return []
