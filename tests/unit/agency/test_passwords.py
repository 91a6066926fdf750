"""Which passwords are refused, and why; a long sentence always passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beaconfire_agency.domain.passwords import (
    CHARACTERS_MAX,
    CHARACTERS_MIN,
    PasswordKnown,
    PasswordOfOneself,
    PasswordTooLong,
    PasswordTooShort,
    check_password,
    is_well_known,
)
from beaconfire_contracts.refusals import Invalid


def test_twelve_characters_are_the_least_and_256_the_most() -> None:
    check_password("tk4$ Wq9-zLx", "mei")
    with pytest.raises(PasswordTooShort):
        check_password("tk4$ Wq9-zL", "mei")
    with pytest.raises(PasswordTooLong):
        check_password("ab cdé " * 40, "mei")


@pytest.mark.parametrize(
    "known",
    [
        "password1234",
        "Password2024!",
        "PASSWORD!!!!!",
        "123456789012",
        "210987654321",
        "aaaaaaaaaaaa",
        "abababababab",
        "qwertyuiopas",
        "iloveyou1234",
        "changeme2026",
        "correcthorsebatterystaple",
        "woaini1314520",
        "letmeinletmein",
        "beaconfire119",
        "administrator1",
        "!!dispatch2026",
        "202620262026",
    ],
)
def test_what_lists_of_breaches_are_full_of_is_refused(known: str) -> None:
    with pytest.raises(PasswordKnown):
        check_password(known, "mei")


def test_a_password_made_of_the_sign_in_name_is_refused() -> None:
    with pytest.raises(PasswordOfOneself):
        check_password("wang.fang.7x4q", "wang.fang")


@pytest.mark.parametrize(
    "good",
    [
        "a lantern on the wall",
        "烽火连三月家书抵万金是杜甫",
        "jadz-a8yu-78h8-h49d",
        "Tq8!vR2#nM5&",
    ],
)
def test_phrases_in_any_script_and_random_ones_pass(good: str) -> None:
    check_password(good, "mei")


@given(st.text(min_size=0, max_size=CHARACTERS_MAX + 20), st.text(max_size=20))
def test_no_text_breaks_the_check(password: str, sign_in: str) -> None:
    try:
        check_password(password, sign_in)
    except Invalid:
        return

    assert CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX
    assert not is_well_known(password.lower())
