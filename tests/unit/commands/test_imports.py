"""`beaconfire import` is a group of what can be taken in, and says so."""

from typer.testing import CliRunner

from beaconfire.cli import app


def test_without_a_word_it_lists_what_can_be_taken_in() -> None:
    told = CliRunner().invoke(app, ["import"])

    assert "Usage: beaconfire import" in told.output


def test_what_nobody_knows_how_to_take_in_is_told() -> None:
    told = CliRunner().invoke(app, ["import", "weather"])

    assert told.exit_code == 2
    assert "weather" in told.output
