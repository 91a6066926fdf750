"""A copy of the laid out city is a city: its desks sign in, its people know where it is."""

import re
from pathlib import Path

import httpx

from beaconfire.simulation.credentials import Credentials
from beaconfire_testkit.laid_out import LaidOutCity
from beaconfire_testkit.node import PATIENCE_S, NodeFolder, open_to_all


def test_a_copy_serves_under_its_own_address_and_knows_the_passwords_told_once(
    tmp_path: Path, laid_out: LaidOutCity
) -> None:
    folder = NodeFolder(open_to_all(tmp_path) / "data")
    try:
        node = laid_out.start(folder, "--no-people")
        node.until_ready()
        [password] = [
            found[1] for line in node.lines if (found := re.match(r" +lena +(\S+)", line))
        ]
        answer = httpx.post(
            f"{node.origin}/v1/session",
            json={"sign_in": "lena", "password": password},
            timeout=PATIENCE_S,
            trust_env=False,
        )
        assert answer.status_code == 201
        known = Credentials.load(folder.folder / "demo" / "credentials.json")
        assert known.origin == node.origin
        assert node.lines.count("people and their passwords, told this once:") == 1
        assert node.stop()[0] == 0
    finally:
        folder.close()
