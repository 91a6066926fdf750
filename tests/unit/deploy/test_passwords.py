"""Passwords are made once, each for one service; PostgreSQL is given none of them."""

import base64
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def passwords() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "passwords", ROOT / "deploy" / "postgres" / "passwords.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_second_run_changes_nothing(passwords: ModuleType, tmp_path: Path) -> None:
    passwords.make(tmp_path)
    first = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}

    passwords.make(tmp_path)

    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == first
    assert len(first) == 3 * len(passwords.SERVICES) + 2


def test_a_run_that_was_broken_off_is_done_again_in_full(
    passwords: ModuleType, tmp_path: Path
) -> None:
    passwords.make(tmp_path)
    (tmp_path / "postgres" / "geo.verifier").unlink()
    before = (tmp_path / "geo" / "pgpass").read_text()

    passwords.make(tmp_path)

    assert (tmp_path / "postgres" / "geo.verifier").exists()
    assert (tmp_path / "geo" / "pgpass").read_text() != before


def test_a_service_alone_reads_its_password_and_the_server_reads_none(
    passwords: ModuleType, tmp_path: Path
) -> None:
    passwords.make(tmp_path)

    words = [(tmp_path / one / "pgpass").read_text().strip() for one in passwords.SERVICES]
    secrets = {one.rpartition(":")[2] for one in words}
    assert len(secrets) == len(passwords.SERVICES)
    assert (tmp_path / "geo").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "geo" / "pgpass").stat().st_mode & 0o777 == 0o600
    for file in (tmp_path / "postgres").iterdir():
        assert not any(secret in file.read_text() for secret in secrets)


def test_each_user_of_kafka_has_a_password_for_itself_and_one_that_was_laid_there_stays(
    passwords: ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "geo").mkdir(mode=0o700)
    (tmp_path / "geo" / "kafka").write_text("what the brokers' own operator gave")

    passwords.make(tmp_path)

    files = [tmp_path / user / "kafka" for user in (*passwords.SERVICES, passwords.OPERATOR)]
    assert len({file.read_text() for file in files}) == len(passwords.SERVICES) + 1
    assert files[passwords.SERVICES.index("geo")].read_text() == (
        "what the brokers' own operator gave"
    )
    assert files[-1].stat().st_mode & 0o777 == 0o600


def test_a_verifier_is_the_one_that_the_standard_gives(passwords: ModuleType) -> None:
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")  # RFC 7677 section 3

    assert passwords.verifier("pencil", salt, 4096) == (
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
        "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
        "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    )
