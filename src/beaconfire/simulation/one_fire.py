"""Scene 2: ten callers about one fire; an eleventh, a kilometre away, is another fire.

Each stands elsewhere and says it in other words, two of them at the same moment; all ten reports
join one incident. What the eleventh sees opens its own.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from beaconfire.simulation.scenes import Stage, Told, moved, position
from beaconfire_spatial.geometry import LonLat

ONE_FIRE: Final = "one-fire"
STEPS: Final = ("first-caller", "another-caller", "other-fire")
APART_M: Final = (900.0, 1_300.0)
FIRE: Final = "fire.structure"
BEFORE_ELEVENTH_S: Final = 7.0


@dataclass(frozen=True, slots=True)
class Witness:
    """One caller: seconds after the one before, metres from the fire, and what they say."""

    after_s: float
    east_m: float
    north_m: float
    accuracy_m: float
    text: str
    type: str | None = FIRE


WITNESSES: Final = (
    Witness(0, 0, 0, 40, "Smoke and flames from the roof of the workshop"),
    Witness(7, 55, 30, 60, "There are flames on the roof of the workshop, black smoke"),
    Witness(6, -70, 20, 50, "Black smoke over the workshop, the roof is on fire"),
    Witness(6, 20, -80, 80, "修理厂屋顶着火了，黑烟很大"),
    Witness(0, 90, -30, 60, "The workshop is burning, I see flames and smoke"),
    Witness(6, -30, 95, 90, "Smoke over the roofs, I cannot see where from", "fire.smoke"),
    Witness(5, 110, 60, 70, "屋顶有明火，黑烟飘过来了"),
    Witness(5, -95, -60, 60, "Flames through the roof, and a smell of burning tyres"),
    Witness(5, 10, 40, 120, "There is smoke and there are flames on a roof, please come", None),
    Witness(5, -15, -20, 40, "The workshop roof is coming down, flames everywhere"),
)
ELEVENTH: Final = Witness(0, 0, 0, 40, "A house is on fire, flames from the kitchen window")


async def one_fire(stage: Stage) -> None:
    """Let ten tell of one fire, two of them at once, and the eleventh of another."""
    fire, other = await stage.places(*APART_M)
    told = 0
    for turn in _turns():
        await stage.pause(turn[0].after_s)
        answers = await asyncio.gather(*(_call(stage, one, fire) for one in turn))
        for answer in answers:
            told += 1
            step = "first-caller" if told == 1 else "another-caller"
            _tell(stage, step, answer, told)
    await stage.pause(BEFORE_ELEVENTH_S)
    _tell(stage, "other-fire", await _call(stage, ELEVENTH, other), told + 1)
    await stage.pause(8)


def _turns() -> list[list[Witness]]:
    """Whoever calls right after another calls at the same moment."""
    turns: list[list[Witness]] = []
    for one in WITNESSES:
        if one.after_s == 0 and turns:
            turns[-1].append(one)
        else:
            turns.append([one])
    return turns


async def _call(stage: Stage, witness: Witness, fire: LonLat) -> dict[str, Any]:
    at = moved(fire, witness.east_m, witness.north_m)
    body: dict[str, Any] = {
        "channel": "phone",
        "type": witness.type,
        "text": witness.text,
        "position": position(at, witness.accuracy_m),
    }
    return await stage.callers.post("/v1/reports", body)


def _tell(stage: Stage, step: str, answer: dict[str, Any], count: int) -> None:
    stage.tell(Told(ONE_FIRE, step, answer["incident_id"], answer["number"], (), count))
