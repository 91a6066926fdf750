"""Every fact that a service tells, a module a service or two; importing this registers them all."""

from beaconfire_contracts.facts import (
    agency,
    aid,
    casualties,
    dispatch,
    dispatch_life,
    geo,
    grid_work,
    incident,
    standing_by,
    stations,
)
from beaconfire_contracts.facts.registry import (
    FACTS,
    Fact,
    FactSpec,
    fact,
    key_of,
    spec_for,
    spec_of,
)

__all__ = [
    "FACTS",
    "Fact",
    "FactSpec",
    "agency",
    "aid",
    "casualties",
    "dispatch",
    "dispatch_life",
    "fact",
    "geo",
    "grid_work",
    "incident",
    "key_of",
    "spec_for",
    "spec_of",
    "standing_by",
    "stations",
]
