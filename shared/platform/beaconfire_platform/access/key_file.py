"""The signing key's file: made once at set-up, read by its owner alone, never overwritten."""

import os
from pathlib import Path
from typing import Final

import msgspec
from joserfc.errors import JoseError

from beaconfire_platform.access.tokens import Minter, new_signing_key

NAME: Final = "token.jwk"


class KeyFileOpen(Exception):  # noqa: N818  (told to people as it is)
    """The signing key's file can be read by others than its owner."""


class BadKeyFile(Exception):  # noqa: N818  (told to people as it is)
    """The signing key's file does not hold a key."""


def usable_key(folder: Path) -> str:
    """As `signing_key`, tried out once: BadKeyFile when the file holds no key."""
    key = signing_key(folder)
    try:
        Minter(key)
    except (ValueError, TypeError, KeyError, JoseError, msgspec.MsgspecError) as error:
        path = folder / NAME
        raise BadKeyFile(
            f"{path} is damaged: put its copy back, or move it away and all sign in again"
        ) from error
    return key


def signing_key(folder: Path) -> str:
    """The key in `folder`/token.jwk, made when there is none; KeyFileOpen when others may read it.

    Whoever reads this key may speak as anybody.
    """
    path = folder / NAME
    if not path.exists():
        _make(path)
    if path.stat().st_mode & 0o077:
        raise KeyFileOpen(f"{path} can be read by others: chmod 600 {path}")
    return path.read_text("utf-8")


def _make(path: Path) -> None:
    """Whole or not at all, and the first of two makers wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(new_signing_key())
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
