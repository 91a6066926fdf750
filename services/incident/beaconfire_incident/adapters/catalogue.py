"""Reads the catalogue of incident types and triage words from its two files."""

import tomllib
from importlib.resources import files
from typing import Any, Final

from beaconfire_contracts.vocabulary import IncidentClass, Priority
from beaconfire_incident.domain.catalogue import Catalogue, IncidentType, TriageWords

_FOLDER: Final = files("beaconfire_incident.adapters")


def load_catalogue() -> Catalogue:
    """The catalogue that this build carries; ValueError when a code stands twice."""
    types = [_type(one) for one in _read("incident_types.toml")["types"]]
    by_code = {one.code: one for one in types}
    if len(by_code) != len(types):
        raise ValueError("an incident type's code stands twice")
    words = [
        TriageWords(
            Priority(one["priority"]), one["reason"], tuple(word.casefold() for word in one["any"])
        )
        for one in _read("triage.toml")["words"]
    ]
    return Catalogue(by_code, words)


def _type(row: dict[str, Any]) -> IncidentType:
    return IncidentType(
        row["code"],
        row["name_zh"],
        row["name_en"],
        IncidentClass(row["incident_class"]),
        Priority(row["priority"]),
        row["stand_off_m"],
        row["verify"],
        row.get("apco"),
        row.get("neris"),
    )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(_FOLDER.joinpath(name).read_text("utf-8"))
