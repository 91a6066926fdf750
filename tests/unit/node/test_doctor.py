"""The doctor sees what keeps a node from starting, and changes nothing by looking."""

import fcntl
import os
import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.doctor import EXIT_ILL
from beaconfire.node import doctor
from beaconfire.node.doctor import Finding, State, findings, holder_of
from beaconfire.node.options import NodeOptions
from beaconfire_platform.embedded.binaries import Account
from beaconfire_testkit.node import free_port, open_to_all


def _found(options: NodeOptions) -> dict[str, Finding]:
    return {one.name: one for one in findings(options)}


def test_where_nothing_was_ever_started_all_is_well_and_nothing_is_made(tmp_path: Path) -> None:
    folder = open_to_all(tmp_path) / "not" / "yet"

    found = _found(NodeOptions(folder=folder, port=free_port(), demo="auckland"))

    assert {one.name for one in found.values() if one.state is State.BAD} <= {"pages"}
    assert "will be made" in found["data"].found
    assert not folder.exists()


def test_a_port_that_somebody_has_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        found = _found(NodeOptions(folder=tmp_path, port=port))["port"]
        said = CliRunner().invoke(app, ["doctor", "--data", str(tmp_path), "--port", str(port)])

    assert found.state is State.BAD
    assert "--port" in found.mend
    assert said.exit_code == EXIT_ILL
    assert f"127.0.0.1:{port} cannot be used" in said.output


def test_a_node_that_runs_is_named_by_its_pid(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "node.lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.pwrite(descriptor, b"4711\n", 0)
    assert holder_of(tmp_path) is None
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    assert holder_of(tmp_path) == "4711"
    assert _found(NodeOptions(folder=tmp_path))["node"].found == "runs with pid 4711"
    os.close(descriptor)


def test_a_key_that_others_may_read_is_told(tmp_path: Path) -> None:
    key = tmp_path / "keys" / "token.jwk"
    key.parent.mkdir()
    key.write_text("{}")
    key.chmod(0o644)

    found = _found(NodeOptions(folder=tmp_path))["key"]

    assert found.state is State.BAD
    assert found.mend == f"chmod 600 {key}"


def test_a_key_in_a_folder_of_its_own_is_looked_at_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEACONFIRE_AGENCY_KEY_FOLDER", str(tmp_path / "elsewhere"))
    key = tmp_path / "elsewhere" / "token.jwk"
    key.parent.mkdir()
    key.touch(0o600)

    found = _found(NodeOptions(folder=tmp_path / "data"))["key"]

    assert (found.state, found.found) == (State.OK, str(key))


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_text("")

    assert _found(NodeOptions(folder=path))["data"].state is State.BAD


def test_an_address_that_others_reach_without_tls_is_told_as_the_start_would(
    tmp_path: Path,
) -> None:
    found = _found(NodeOptions(folder=tmp_path, host="0.0.0.0", port=free_port()))["options"]  # noqa: S104  (refused)

    assert found.state is State.BAD
    assert found.found == "--host 0.0.0.0 is reachable by others"
    assert "--tls-cert" in found.mend


def test_a_server_of_yours_that_does_not_answer_is_told(tmp_path: Path) -> None:
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/beaconfire"

    found = _found(NodeOptions(folder=tmp_path, port=free_port(), database_url=url))["postgresql"]

    assert found.state is State.BAD
    assert "--database-url cannot be reached" in found.found


def test_a_demo_city_in_the_folder_is_not_asked_for_a_basemap(tmp_path: Path) -> None:
    options = NodeOptions(folder=tmp_path, port=free_port())
    assert _found(options)["basemap"].state is State.WARN

    (tmp_path / "demo").mkdir()

    assert _found(options)["basemap"].state is State.OK


def test_data_that_postgresqls_account_cannot_come_to_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = open_to_all(tmp_path) / "home"
    shut.mkdir(mode=0o700)
    stranger = Account("stranger", os.geteuid() + 54_321, os.getegid() + 54_321)
    monkeypatch.setattr(doctor, "account", lambda: stranger)

    found = _found(NodeOptions(folder=shut / "data"))["account"]
    elsewhere = _found(NodeOptions(folder=shut / "data", database_url="postgresql:///x"))["account"]

    assert (found.state, elsewhere.state) == (State.BAD, State.OK)
    assert str(shut) in found.found
    assert "--data" in found.mend
