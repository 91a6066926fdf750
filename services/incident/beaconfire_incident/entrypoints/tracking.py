"""Tracking codes: 80 random bits that open nothing but the steps of one report."""

import base64
import hashlib
import secrets

CODE_BYTES = 10


def new_code() -> str:
    """Sixteen letters and digits, told once."""
    return base64.b32encode(secrets.token_bytes(CODE_BYTES)).decode()


def hash_of(code: str) -> bytes:
    """How a code is kept."""
    return hashlib.sha256(code.strip().upper().encode()).digest()
