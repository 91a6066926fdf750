"""Every fact survives the wire; what is unknown or malformed says so."""

from dataclasses import replace

import pytest

from beaconfire_contracts.facts import FACTS
from beaconfire_platform import codec
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.log_harness import a_fact


@pytest.mark.parametrize("name", sorted(FACTS))
def test_a_fact_comes_back_as_it_was_told(name: str) -> None:
    told = an_example_of(FACTS[name].factclass)

    assert codec.decode_fact(name, codec.encode(told)) == told


def test_a_type_that_nobody_registered_is_unknown() -> None:
    with pytest.raises(codec.UnknownFact) as met:
        codec.decode_fact("beaconfire.geo.never-heard-of.v1", "{}")

    assert not isinstance(met.value, codec.UnknownMajor)


def test_another_major_version_of_a_known_type_is_told_apart() -> None:
    with pytest.raises(codec.UnknownMajor):
        codec.decode_fact("beaconfire.geo.incident-placed.v2", "{}")


def test_a_fact_without_its_fields_is_malformed() -> None:
    with pytest.raises(ValueError, match="incident-placed"):
        codec.decode_fact("beaconfire.geo.incident-placed.v1", '{"state": "confirmed"}')


def test_fields_of_a_newer_minor_version_are_ignored() -> None:
    name = "beaconfire.geo.zone-lifted.v1"
    told = an_example_of(FACTS[name].factclass)
    newer = codec.encode(told)[:-1] + ',"added_later": 1}'

    assert codec.decode_fact(name, newer) == told


def test_a_fact_that_nests_without_end_is_malformed() -> None:
    with pytest.raises(ValueError, match="zone-lifted"):
        codec.decode_fact("beaconfire.geo.zone-lifted.v1", b'{"x": ' + b"[" * 200_000)


def test_a_fact_that_no_broker_would_take_is_not_told() -> None:
    limit, least = codec.FACT_BYTES_MAX, a_fact("")
    fits = replace(least, layer="k" * (limit - len(codec.encode(least))))

    assert len(codec.encode_fact(fits)) == limit
    with pytest.raises(codec.FactTooLarge, match=f"LayerReleased of {limit + 1} bytes"):
        codec.encode_fact(replace(fits, layer=f"{fits.layer}k"))
