"""Which passwords are good enough: long, not known from breaches, not made of oneself (R50)."""

import re
from typing import Final

from beaconfire_contracts.refusals import Invalid

CHARACTERS_MIN: Final = 12
CHARACTERS_ADVISED: Final = 15
CHARACTERS_MAX: Final = 256
DIFFERENT_MIN: Final = 5
"""Fewer different characters than this are a pattern, whatever the length."""

# Typed by us: stems that lists of breached passwords are full of. A password that is one of them
# with digits, years and marks around it, or a repetition, is as weak as the stem.
_STEMS_TEXT: Final = """
    password passwort passwd passw0rd p@ssword p@ssw0rd pass letmein welcome admin administrator
    adminadmin root toor login guest default changeme changeit secret topsecret master superman
    batman dragon monkey football baseball basketball soccer princess sunshine shadow michael
    jordan liverpool chelsea arsenal barcelona iloveyou ilovelife loveyou mylove trustno1 whatever
    starwars pokemon computer internet samsung google facebook freedom hello helloworld qwerty
    qwertz azerty qwertyuiop qwertyuiopasdfghjkl qwertyuiopasdfghjklzxcvbnm asdfghjkl asdfasdf
    asdfqwer zxcvbnm zxcvbnmasdfghjkl qazwsx qazwsxedc qazwsxedcrfv 1qaz2wsx 1qaz2wsx3edc
    1qaz2wsx3edc4rfv 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y q1w2e3r4 q1w2e3r4t5y6 zaq12wsx abc abcd
    abcdef abcdefgh abcdefghijkl abcdefghijklmnop abcdefghijklmnopqrstuvwxyz abcabc
    correcthorsebatterystaple woaini woaini1314 wodemima nihao mima zhongguo beijing shanghai
    administrator123 operator dispatcher dispatch emergency ambulance firefighter fireman police
    policeman beaconfire fenghuo auckland
"""
_STEMS: Final = frozenset(_STEMS_TEXT.split())
_AROUND: Final = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_RUNS: Final = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm")


class PasswordTooShort(Invalid):
    """A password has at least twelve characters; fifteen are better."""


class PasswordTooLong(Invalid):
    """A password has at most 256 characters."""


class PasswordKnown(Invalid):
    """This password is known from breaches, or is a pattern."""


class PasswordOfOneself(Invalid):
    """A password does not contain the sign-in name."""


def check_password(password: str, sign_in: str) -> None:
    """Refuse what is too short, too long, well known, or made of the sign-in name."""
    if len(password) < CHARACTERS_MIN:
        raise PasswordTooShort(pointer="/password")
    if len(password) > CHARACTERS_MAX:
        raise PasswordTooLong(pointer="/password")
    lowered = password.lower()
    if is_well_known(lowered):
        raise PasswordKnown(pointer="/password")
    rest = lowered.replace(sign_in.lower(), "")
    if len(sign_in) >= 3 and len(rest) < CHARACTERS_MIN and rest != lowered:
        raise PasswordOfOneself(pointer="/password")


def is_well_known(lowered: str) -> bool:
    """Whether a password in lower case is a breached stem, a repetition or a run of keys."""
    if len(set(lowered)) < DIFFERENT_MIN:
        return True
    unit = _repeated(lowered)
    bare = _AROUND.sub("", unit)
    if unit in _STEMS or bare in _STEMS or not bare:
        return True
    return any(unit in run or unit in run[::-1] for run in _RUNS)


def _repeated(text: str) -> str:
    """The part of which `text` is a repetition, or all of it."""
    doubled = (text + text).find(text, 1)
    return text[:doubled]
