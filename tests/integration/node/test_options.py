"""What can never work is said before anything starts, in one line that says how to mend it."""

from pathlib import Path

import pytest

from beaconfire.node.options import OF_ROOT, NodeOptions, default_folder
from beaconfire_platform.process.cannot_start import CannotStart


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_loopback_needs_no_tls(tmp_path: Path, host: str) -> None:
    NodeOptions(folder=tmp_path, host=host).check()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::", "example.org"])  # noqa: S104  (is refused)
def test_a_foreign_host_needs_tls_or_a_proxy(tmp_path: Path, host: str) -> None:
    with pytest.raises(CannotStart, match="--tls-cert"):
        NodeOptions(folder=tmp_path, host=host).check()
    NodeOptions(folder=tmp_path, host=host, behind_proxy=True).check()


def test_a_certificate_without_its_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="both"):
        NodeOptions(folder=tmp_path, tls_cert=tmp_path / "cert.pem").check()


def test_files_that_are_not_there_are_named(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    with pytest.raises(CannotStart, match=r"cert\.pem"):
        NodeOptions(folder=tmp_path, host="::", tls_cert=cert, tls_key=key).check()


@pytest.mark.parametrize("speed", [0.0, -1.0, 9_999.0, float("nan")])
def test_a_speed_out_of_its_limits_is_refused(tmp_path: Path, speed: float) -> None:
    with pytest.raises(CannotStart, match="--speed"):
        NodeOptions(folder=tmp_path, speed=speed).check()


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    for file in (cert, key):
        file.write_text("-----BEGIN NOTHING-----")
    with pytest.raises(CannotStart, match="both are PEM"):
        NodeOptions(folder=tmp_path, host="::", tls_cert=cert, tls_key=key).check()


@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_out_of_range_is_refused(tmp_path: Path, port: int) -> None:
    with pytest.raises(CannotStart, match="--port"):
        NodeOptions(folder=tmp_path, port=port).check()


def test_the_origin_is_what_a_browser_opens(tmp_path: Path) -> None:
    assert NodeOptions(folder=tmp_path).origin == "http://127.0.0.1:8040"
    assert NodeOptions(folder=tmp_path, host="::1", port=9000).origin == "http://[::1]:9000"


def test_roots_data_lie_where_its_database_can_come_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    at_home = tmp_path / ".local" / "share" / "beaconfire"

    monkeypatch.setattr("os.geteuid", lambda: 1_000)
    assert default_folder() == at_home
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_folder() == OF_ROOT

    (at_home / "postgres").mkdir(parents=True)
    (at_home / "postgres" / "PG_VERSION").touch()
    assert default_folder() == at_home
    monkeypatch.setenv("XDG_DATA_HOME", "/srv")
    assert default_folder() == Path("/srv/beaconfire")
