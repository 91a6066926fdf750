"""The signing key's file: made once, for its owner alone."""

from pathlib import Path

import pytest

from beaconfire_platform.access.key_file import KeyFileOpen, signing_key
from beaconfire_platform.access.tokens import Minter


def test_the_key_is_made_once_and_stays(tmp_path: Path) -> None:
    folder = tmp_path / "keys"

    first = signing_key(folder)

    assert signing_key(folder) == first
    assert Minter(first).public_key
    assert [one.name for one in folder.iterdir()] == ["token.jwk"]


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    signing_key(tmp_path)

    assert (tmp_path / "token.jwk").stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / "token.jwk").chmod(0o644)

    with pytest.raises(KeyFileOpen, match="chmod 600"):
        signing_key(tmp_path)
