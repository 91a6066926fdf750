"""What incident's routes need behind them: the tables of a transaction, the questions, the data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from beaconfire_incident.application.ports import Bodies, Corrections, Incidents, Notes, Reports
from beaconfire_incident.application.queries import Views
from beaconfire_incident.domain.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Desk:
    """One service's worth: `incidents(tx)` and the like reach the tables of a transaction."""

    incidents: Callable[[Any], Incidents]
    reports: Callable[[Any], Reports]
    bodies: Callable[[Any], Bodies]
    notes: Callable[[Any], Notes]
    corrections: Callable[[Any], Corrections]
    views: Views
    catalogue: Catalogue
