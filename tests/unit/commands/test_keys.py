"""Keys are made once, each for its service alone, and tell the others who signed."""

import stat
from pathlib import Path

from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.serve import SERVICES
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.public_keys import PublicKeys
from beaconfire_platform.access.tokens import Minter, Verifier
from beaconfire_platform.clock import wall_now
from beaconfire_testkit.service import a_subject


def test_each_service_has_its_own_and_all_know_the_public_halves(tmp_path: Path) -> None:
    made = CliRunner().invoke(app, ["keys", str(tmp_path)])
    before = {one: (tmp_path / one / "token.jwk").read_text() for one in SERVICES}
    again = CliRunner().invoke(app, ["keys", str(tmp_path)])

    assert (made.exit_code, again.exit_code) == (0, 0)
    assert len(set(before.values())) == len(SERVICES)
    assert before == {one: (tmp_path / one / "token.jwk").read_text() for one in SERVICES}
    for one in SERVICES:
        assert stat.S_IMODE((tmp_path / one / "token.jwk").stat().st_mode) == 0o600
    token = Minter(before["agency"]).mint(a_subject(Role.DISPATCHER), now=wall_now())
    assert Verifier(PublicKeys(tmp_path / "public")).subject(token).roles() == {Role.DISPATCHER}
