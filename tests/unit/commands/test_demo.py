"""`beaconfire demo reset` empties a demo city's folder, and never anything else."""

import fcntl
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.demo import EXIT_REFUSED, OURS
from beaconfire_testkit.node import free_port


def _city(folder: Path) -> None:
    for name in ("demo", "postgres", "keys"):
        (folder / name).mkdir(parents=True)
    (folder / "postgres.log").write_text("")
    (folder / "node.lock").write_text("4711\n")


def _reset(folder: Path, *more: str, answer: str = "") -> tuple[int, str]:
    said = CliRunner().invoke(app, ["demo", "reset", "--data", str(folder), *more], input=answer)
    return said.exit_code, said.output


def test_what_is_a_nodes_own_goes_and_what_is_not_stays(tmp_path: Path) -> None:
    _city(tmp_path)
    (tmp_path / "letter.txt").write_text("mine")

    code, said = _reset(tmp_path, "--yes")

    assert code == 0
    assert "begins anew" in said
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_without_a_yes_nothing_goes(tmp_path: Path) -> None:
    _city(tmp_path)

    code, _ = _reset(tmp_path, answer="n\n")

    assert code != 0
    assert {one.name for one in tmp_path.iterdir()} == set(OURS)


def test_a_folder_without_a_demo_city_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()

    code, said = _reset(tmp_path, "--yes")

    assert code == EXIT_REFUSED
    assert "holds no demo city" in said
    assert (tmp_path / "postgres").exists()


def test_a_city_on_a_server_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "keys").mkdir()

    code, said = _reset(tmp_path, "--yes")

    assert code == EXIT_REFUSED
    assert "PostgreSQL of yours" in said
    assert {one.name for one in tmp_path.iterdir()} == {"demo", "keys"}


def test_a_city_whose_node_runs_is_left_alone(tmp_path: Path) -> None:
    _city(tmp_path)
    descriptor = os.open(tmp_path / "node.lock", os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    code, said = _reset(tmp_path, "--yes")

    os.close(descriptor)
    assert code == EXIT_REFUSED
    assert "pid 4711" in said
    assert (tmp_path / "postgres").exists()


AWAY = f"postgresql://nobody@127.0.0.1:{free_port()}/agency"


def _play(folder: Path, **options: str) -> tuple[int, str]:
    said = {"origin": "http://127.0.0.1:9", "database-url": AWAY, "data": str(folder)} | options
    words = [word for name, value in said.items() if value for word in (f"--{name}", value)]
    ran = CliRunner(env={"BEACONFIRE_DATABASE_URL": None}).invoke(app, ["demo", "play", *words])
    return ran.exit_code, ran.output


@pytest.mark.parametrize("missing", ["origin", "database-url", "data"])
def test_a_city_is_played_only_where_it_is_said_where(tmp_path: Path, missing: str) -> None:
    code, said = _play(tmp_path / "city", **{missing: ""})

    assert code == 2
    assert f"--{missing}" in said
    assert not (tmp_path / "city").exists()


def test_a_city_is_not_played_backwards(tmp_path: Path) -> None:
    code, said = _play(tmp_path / "city", speed="-1")

    assert (code, "--speed" in said) == (2, True)


def test_an_agency_that_is_away_is_said_in_one_line_and_no_credentials_are_left(
    tmp_path: Path,
) -> None:
    code, said = _play(tmp_path / "city")

    assert code == EXIT_REFUSED
    assert "is not reached" in said
    assert said.count("\n") == 1
    assert list((tmp_path / "city").rglob("credentials.json")) == []


def test_a_city_that_we_do_not_carry_is_refused(tmp_path: Path) -> None:
    code, said = _play(tmp_path / "city", city="atlantis")

    assert code == EXIT_REFUSED
    assert "choose one of auckland" in said
