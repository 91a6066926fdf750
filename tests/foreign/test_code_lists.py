"""Every code that our incident types are mapped to stands in the list that it names.

The lists state no licence, so that they are read from beside the checkout and never carried.
"""

import csv
import json
from pathlib import Path
from typing import Final

import pytest

from beaconfire_incident.adapters.catalogue import load_catalogue

STANDARDS: Final = Path(__file__).parents[3] / "shared" / "standards"
pytestmark = pytest.mark.foreign


def _apco() -> frozenset[str]:
    told = json.loads((STANDARDS / "eido" / "registries.json").read_text("utf-8"))
    return frozenset(one["value"] for one in told["IncidentType-Common"])


def _neris() -> frozenset[str]:
    """The values of each level, joined as our mapping writes them."""
    path = STANDARDS / "codes" / "neris" / "values" / "type_incident.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    levels = [[row[name] for name in ("value_1", "value_2", "value_3")] for row in rows]
    return frozenset("/".join(one for one in row if one) for row in levels)


def test_each_apco_code_stands_in_the_registry_of_incident_types() -> None:
    types = load_catalogue().types.values()
    named = {one.code: one.apco for one in types if one.apco is not None}
    known = _apco()

    assert len(named) >= 20, "too few mapped: this proves nothing"
    assert {code: apco for code, apco in named.items() if apco not in known} == {}


def test_each_neris_value_stands_in_the_value_set_of_incident_types() -> None:
    types = load_catalogue().types.values()
    named = {one.code: one.neris for one in types if one.neris is not None}
    known = _neris()

    assert len(named) >= 10, "too few mapped: this proves nothing"
    assert {code: neris for code, neris in named.items() if neris not in known} == {}
