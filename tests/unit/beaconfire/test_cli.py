"""The command line lists its doors and knows no others."""

from typer.testing import CliRunner

from beaconfire.cli import app


def test_every_door_is_listed_with_its_sentence() -> None:
    said = CliRunner().invoke(app, ["--help"])

    assert said.exit_code == 0
    for door in ("up", "users", "simulate", "doctor", "demo", "scene", "bench"):
        assert door in said.output


def test_a_door_that_is_not_there_is_told() -> None:
    said = CliRunner().invoke(app, ["fly"])

    assert said.exit_code == 2
    assert "fly" in said.output


def test_without_a_word_it_shows_the_doors() -> None:
    assert "Usage" in CliRunner().invoke(app, []).output
