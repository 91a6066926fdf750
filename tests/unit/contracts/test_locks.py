"""Locks have one order for everybody and fit PostgreSQL's signed 64 bits."""

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.locks import LockClass, LockKey, aggregate, bucket

KEYS = st.builds(LockKey, st.sampled_from(LockClass), st.text(max_size=80))


@given(KEYS, st.sampled_from(["incident", "dispatch"]))
def test_a_lock_is_a_signed_64_bit_number_and_always_the_same(key: LockKey, service: str) -> None:
    number = key.number(service)

    assert -(2**63) <= number < 2**63
    assert LockKey(key.lock_class, key.name).number(service) == number


def test_idempotency_comes_before_buckets_and_buckets_before_aggregates() -> None:
    request = LockKey(LockClass.IDEMPOTENCY, "z")

    assert sorted([aggregate("a"), bucket("b"), request]) == [request, bucket("b"), aggregate("a")]


def test_the_same_name_locks_apart_by_class_and_by_service() -> None:
    numbers = {
        aggregate("a").number("incident"),
        bucket("a").number("incident"),
        aggregate("a").number("dispatch"),
    }

    assert len(numbers) == 3
