"""Request shape of beginning on view."""

from beaconfire_contracts.vocabulary import StatusSource
from beaconfire_platform.web.fields import Code, Id, Moment, PointIn, Strict


class OnViewIn(Strict):
    """What a crew stands at: an open incident, or something that nobody knew of.

    Of the latter: what it is, as a code, and where; without a place it is where the unit is.
    """

    incident_id: Id | None = None
    type: Code | None = None
    position: PointIn | None = None
    occurred_at: Moment | None = None
    source: StatusSource = StatusSource.SEAT
