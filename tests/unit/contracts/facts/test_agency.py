"""Agency's facts: people are ids, what they may do is grants."""

from dataclasses import fields

from beaconfire_contracts.facts import FACTS
from beaconfire_contracts.facts.agency import AccessRevoked, PersonRegistered


def test_a_person_is_an_id_and_grants_and_nothing_else() -> None:
    assert {field.name for field in fields(PersonRegistered)} == {"person_id", "grants"}


def test_a_revocation_says_from_when_it_counts() -> None:
    assert "revoked_at" in {field.name for field in fields(AccessRevoked)}


def test_the_streams_of_agency_are_bodies_people_seats_and_subscriptions() -> None:
    keys = {spec.key_field for spec in FACTS.values() if spec.service == "agency"}

    assert keys == {"body_id", "person_id", "seat_id", "subscription_id"}
