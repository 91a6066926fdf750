"""What can be played in a demo: each scene, and the first two in a row as its opening."""

from enum import StrEnum
from typing import Final

from beaconfire.simulation.one_fire import ONE_FIRE, one_fire
from beaconfire.simulation.scenes import Scene
from beaconfire.simulation.silent_call import SILENT_CALL, silent_call


class Programme(StrEnum):
    """The name of a scene, or of some in a row."""

    SILENT_CALL = SILENT_CALL
    ONE_FIRE = ONE_FIRE
    OPENING = "opening"


SCENES: Final[dict[Programme, tuple[Scene, ...]]] = {
    Programme.SILENT_CALL: (silent_call,),
    Programme.ONE_FIRE: (one_fire,),
    Programme.OPENING: (silent_call, one_fire),
}
