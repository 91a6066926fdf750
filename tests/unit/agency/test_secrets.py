"""Secrets are long, random, different each time, and known by their hash."""

from beaconfire_agency.adapters.secrets import (
    first_password,
    hash_of,
    session_secret,
    token_secret,
)
from beaconfire_agency.domain.passwords import CHARACTERS_ADVISED, check_password


def test_no_two_are_alike_and_each_is_known_by_its_hash() -> None:
    many = [session_secret() for _ in range(100)] + [token_secret() for _ in range(100)]

    assert len({one.text for one in many}) == len(many)
    assert all(hash_of(one.text) == one.hash for one in many)


def test_256_bits_and_a_mark_by_which_leaked_tokens_are_found() -> None:
    assert len(session_secret().text) >= 43
    assert token_secret().text.startswith("bfk_")
    assert not session_secret().text.startswith("bfk_")


def test_a_first_password_is_good_enough_and_read_without_doubt() -> None:
    for _ in range(200):
        password = first_password()
        check_password(password, "admin")
        assert len(password) >= CHARACTERS_ADVISED
        assert not set(password) & set("0O1lIio")
