"""The fold: which record of the picture a fact belongs to, and what it makes of it.

Pure and total: a fact that changes nothing still moves its record's version, so that a client can
tell that it has heard it. What people say is in no fact, and so in no record.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from beaconfire_contracts.facts import Fact, key_of, spec_of
from beaconfire_situation.domain.fold_agency import AGENCY
from beaconfire_situation.domain.fold_aid import AIDS
from beaconfire_situation.domain.fold_casualties import BEDS, CASUALTIES
from beaconfire_situation.domain.fold_dispatch import ANSWERS, RESOURCES
from beaconfire_situation.domain.fold_geo import MAPS, PLACINGS
from beaconfire_situation.domain.fold_incident import INCIDENTS
from beaconfire_situation.domain.fold_life import LIVES
from beaconfire_situation.domain.sight import Data

Folder = Callable[[Any, Data], Data]
_BY_FACT: Final[dict[type[Fact], tuple[str, Folder]]] = {
    **{fact: ("incident", folder) for fact, folder in INCIDENTS.items()},
    **{fact: ("incident", folder) for fact, folder in PLACINGS.items()},
    **{fact: ("incident", folder) for fact, folder in ANSWERS.items()},
    **{fact: ("incident", folder) for fact, folder in LIVES.items()},
    **{fact: ("incident", folder) for fact, folder in AIDS.items()},
    **{fact: ("incident", folder) for fact, folder in CASUALTIES.items()},
    **BEDS,
    **MAPS,
    **RESOURCES,
    **AGENCY,
}
FOLDED: Final = tuple(_BY_FACT)
"""The facts that the picture is made of."""


@dataclass(frozen=True, slots=True, order=True)
class RecordKey:
    """One record: what sort of thing, which one, as told by which service (记录)."""

    kind: str
    id: str
    source: str


def record_of(fact: Fact) -> RecordKey:
    """The record that a fact belongs to."""
    return RecordKey(_BY_FACT[type(fact)][0], key_of(fact), spec_of(fact).service)


def folded(fact: Fact, data: Data | None) -> Data:
    """The record's data after a fact; what was given is left as it was."""
    return _BY_FACT[type(fact)][1](fact, data or {})
