"""Secrets shown once and kept as hashes: session cookies, API tokens, first passwords."""

import hashlib
import secrets
from typing import Final

from beaconfire_agency.application.ports import Secret

BITS: Final = 256
TOKEN_PREFIX: Final = "bfk_"  # noqa: S105  (a mark by which leaked tokens are found, no secret)
_WORD_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that are read for each other when a password is typed from paper."""


def session_secret() -> Secret:
    """A new secret for a cookie."""
    return _secret("")


def token_secret() -> Secret:
    """A new API token; its prefix lets scanners find leaked ones."""
    return _secret(TOKEN_PREFIX)


def hash_of(text: str) -> bytes:
    """By what a secret of 256 random bits is known: one fast hash is enough for those."""
    return hashlib.sha256(text.encode()).digest()


def first_password() -> str:
    """A random password that can be typed from paper: 79 bits in four groups of four."""
    groups = ("".join(secrets.choice(_WORD_LETTERS) for _ in range(4)) for _ in range(4))
    return "-".join(groups)


def _secret(prefix: str) -> Secret:
    text = prefix + secrets.token_urlsafe(BITS // 8)
    return Secret(text, hash_of(text))
