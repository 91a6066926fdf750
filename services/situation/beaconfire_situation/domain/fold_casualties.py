"""Dispatch's part of the picture where many are hurt: counts, destinations, beds."""

from collections.abc import Callable
from typing import Any, Final

from beaconfire_contracts.facts import Fact
from beaconfire_contracts.facts import casualties as facts
from beaconfire_situation.domain.fold_dispatch import with_answer, with_assignment
from beaconfire_situation.domain.plain import plain
from beaconfire_situation.domain.sight import Data


def _counted(fact: facts.CasualtiesCounted, data: Data) -> Data:
    told = plain(fact)
    del told["incident_id"]
    return with_answer(data, casualties=told)


def _proposed(fact: facts.DestinationProposed, data: Data) -> Data:
    where = {"hospital_id": fact.hospital_id, "travel_time_s": fact.travel_time_s}
    return with_assignment(data, fact.assignment_id, destination=where)


def _released(fact: facts.DestinationReleased, data: Data) -> Data:
    return with_assignment(data, fact.assignment_id, destination=None)


def _beds(fact: facts.BedsReported, data: Data) -> Data:
    told = {"beds_free": fact.beds_free, "beds_told_at": plain(fact.reported_at)}
    return data | told


CASUALTIES: Final[dict[type[Fact], Callable[[Any, Data], Data]]] = {
    facts.CasualtiesCounted: _counted,
    facts.DestinationProposed: _proposed,
    facts.DestinationReleased: _released,
}
BEDS: Final[dict[type[Fact], tuple[str, Callable[[Any, Data], Data]]]] = {
    facts.BedsReported: ("hospital", _beds),
}
