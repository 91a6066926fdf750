"""Keys are made once, each for its service alone, and tell the others who signed."""

import stat
from pathlib import Path

from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.on_node import EXIT_REFUSED
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


def test_a_folder_that_cannot_be_written_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "x"

    said = CliRunner().invoke(app, ["keys", str(folder)])

    assert said.exit_code == EXIT_REFUSED
    assert said.output == (
        f"refused: {folder} cannot be written (Not a directory): name another folder\n"
    )


def test_a_key_that_is_damaged_or_open_is_refused_in_one_line(tmp_path: Path) -> None:
    CliRunner().invoke(app, ["keys", str(tmp_path)])
    key = tmp_path / SERVICES[0] / "token.jwk"

    key.write_text("{}")
    damaged = CliRunner().invoke(app, ["keys", str(tmp_path)])
    key.chmod(0o644)
    opened = CliRunner().invoke(app, ["keys", str(tmp_path)])

    assert (damaged.exit_code, opened.exit_code) == (EXIT_REFUSED, EXIT_REFUSED)
    assert damaged.output.startswith(f"refused: {key} is damaged")
    assert opened.output.startswith(f"refused: {key} can be read by others")
