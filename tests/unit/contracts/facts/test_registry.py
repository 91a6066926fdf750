"""The one table fact → type name, service, stream key."""

from dataclasses import dataclass, fields

import pytest

from beaconfire_contracts.facts import FACTS, FactSpec, geo, key_of, spec_for, spec_of
from beaconfire_contracts.facts.registry import fact
from beaconfire_testkit.builders import an_example_of

MORE_MODULES = {
    "dispatch": frozenset(
        {"aid", "casualties", "dispatch_life", "grid_work", "standing_by", "stations"}
    ),
}


@pytest.mark.parametrize("spec", FACTS.values(), ids=lambda spec: spec.name)
class TestEveryFact:
    def test_it_is_frozen(self, spec: FactSpec) -> None:
        told = an_example_of(spec.factclass)

        with pytest.raises(AttributeError):
            setattr(told, spec.key_field, "another")

    def test_its_module_is_that_of_its_service(self, spec: FactSpec) -> None:
        modules = {spec.service} | MORE_MODULES.get(spec.service, frozenset())
        assert spec.factclass.__module__.rpartition(".")[2] in modules
        assert spec.name.startswith(f"beaconfire.{spec.service}.")

    def test_its_stream_key_is_required_and_never_empty(self, spec: FactSpec) -> None:
        told = an_example_of(spec.factclass)
        first = fields(spec.factclass)[0]

        assert first.name == spec.key_field, "the key comes first, where the eye looks for it"
        assert spec_of(told) is spec
        assert key_of(told)


def test_the_type_name_is_kebab_case_with_a_major_version() -> None:
    assert spec_for(geo.IncidentPlaced).name == "beaconfire.geo.incident-placed.v1"


def test_a_fact_is_registered_once() -> None:
    with pytest.raises(TypeError, match="registered twice"):
        fact("geo", key="zone_id")(geo.ZoneLifted)


def test_a_key_that_is_no_field_is_refused() -> None:
    @dataclass(frozen=True, slots=True)
    class Moved:
        unit_id: str

    with pytest.raises(TypeError, match="has no field key"):
        fact("dispatch", key="key")(Moved)
