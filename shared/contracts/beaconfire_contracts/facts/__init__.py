"""Every fact that a service tells, one module a service; importing this registers them all."""

from beaconfire_contracts.facts import agency, dispatch, geo, incident
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
    "dispatch",
    "fact",
    "geo",
    "incident",
    "key_of",
    "spec_for",
    "spec_of",
]
