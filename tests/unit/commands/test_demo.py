"""`beaconfire demo reset` empties a demo city's folder, and never anything else."""

import fcntl
import os
from pathlib import Path

from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.demo import EXIT_REFUSED, OURS


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
