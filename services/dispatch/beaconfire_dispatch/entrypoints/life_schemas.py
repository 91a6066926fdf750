"""Request and answer shapes of an order's life beyond its steps."""

from beaconfire_dispatch.entrypoints.schemas import StepIn
from beaconfire_platform.web.fields import Code


class RecallIn(StepIn):
    """Why a unit is called back, as a code; `needed_elsewhere` asks for another in its place."""

    reason: Code = "desk_recalled"
