"""Tracking codes: told once, kept as a hash, read aloud in any case."""

from beaconfire_incident.entrypoints.tracking import hash_of, new_code


def test_a_code_is_sixteen_letters_and_digits_and_never_the_same() -> None:
    codes = {new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(one) == 16 and one.isalnum() for one in codes)


def test_a_code_is_kept_as_its_hash_whatever_its_case() -> None:
    code = new_code()

    assert hash_of(f" {code.lower()} ") == hash_of(code)
    assert code.encode() not in hash_of(code)
