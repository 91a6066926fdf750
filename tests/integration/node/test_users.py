"""`beaconfire users`: by hand, on a running node."""

from pathlib import Path
from typing import Any

import httpx
from typer.testing import CliRunner

from beaconfire.cli import app
from beaconfire.commands.users import TOKEN_DAYS
from beaconfire_testkit.node import PATIENCE_S


def test_somebody_added_by_hand_signs_in_with_the_password_that_was_printed(city: Any) -> None:
    said = city.command("users", "add", "olga", "--role", "dispatcher")
    name, _, password = said.strip().partition("  password: ")

    answer = httpx.post(
        f"{city.node.origin}/v1/session",
        json={"sign_in": name, "password": password},
        trust_env=False,
        timeout=PATIENCE_S,
    )

    assert name == "olga"
    assert answer.status_code == 201


def test_a_crew_of_the_demo_signs_in_with_a_password_made_anew(city: Any) -> None:
    said = city.command("users", "password", "crew.a07")
    name, _, password = said.strip().partition("  password: ")

    answer = httpx.post(
        f"{city.node.origin}/v1/session",
        json={"sign_in": name, "password": password},
        trust_env=False,
        timeout=PATIENCE_S,
    )

    assert name == "crew.a07"
    assert answer.status_code == 201


def test_a_token_is_printed_and_nothing_else(city: Any) -> None:
    said = city.folder.token("dana")

    assert said.startswith("bfk_")
    assert len(said.split()) == 1
    assert TOKEN_DAYS == 30


def test_somebody_who_is_not_there_is_refused_in_one_line(city: Any) -> None:
    done = city.asked("users", "token", "nobody")

    assert done.exit_code == 2
    assert done.stderr.startswith("refused")


def test_without_a_running_node_it_says_so(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["users", "token", "x", "--data", str(tmp_path)])

    assert done.exit_code == 2
    assert "no running node" in done.stderr
