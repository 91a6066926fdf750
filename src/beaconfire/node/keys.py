"""The key that signs tokens: made at set-up, kept in a file that only its owner reads."""

import os
from pathlib import Path

from beaconfire_platform.access.tokens import new_signing_key


def signing_key(folder: Path) -> str:
    """The private key below the data folder, made the first time."""
    path = folder / "keys" / "token.jwk"
    if not path.exists():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        draft = path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(new_signing_key())
        draft.replace(path)
    return path.read_text()
