"""What a subscriber is to be told of a thing now."""

from typing import TypeAlias

from beaconfire_agency.domain.known_incident import KnownIncident
from beaconfire_agency.domain.known_unit import KnownUnit
from beaconfire_contracts.shared_events import IncidentWithdrawn, SharedEvent, UnitWithdrawn

Known: TypeAlias = KnownIncident | KnownUnit


def kind_of(known: Known) -> str:
    """What sort of thing it is, as the actions of seeing it are called."""
    return "incident" if isinstance(known, KnownIncident) else "unit"


def due(known: Known, *, allowed: bool, was_shown: bool) -> SharedEvent | None:
    """The thing as it stands for who may see it; a last word for who may not any more."""
    if allowed:
        return known.shown
    if not was_shown:
        return None
    if isinstance(known, KnownIncident):
        return IncidentWithdrawn(known.id)
    return UnitWithdrawn(known.id)
