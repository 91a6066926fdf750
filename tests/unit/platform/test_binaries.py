"""The server's binaries, and the account that may reach them."""

import os
import pwd
from pathlib import Path

import pytest

from beaconfire_platform.embedded.binaries import (
    DROPPED_TO,
    account,
    bin_folder,
    reachable_binaries,
)


def test_the_wheel_holds_a_server() -> None:
    for program in ("postgres", "initdb"):
        assert os.access(bin_folder() / program, os.X_OK)


def test_nobody_runs_a_server_as_root() -> None:
    runner = account()

    assert runner.uid != 0
    assert runner.name in DROPPED_TO or runner.uid == os.geteuid()
    assert pwd.getpwuid(runner.uid).pw_name == runner.name


def test_binaries_behind_a_closed_folder_are_copied_once_for_an_account_that_is_not_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden = tmp_path / "hidden" / "pginstall" / "bin"
    hidden.mkdir(parents=True)
    (hidden / "postgres").write_text("#!/bin/sh\n")
    hidden.parents[1].chmod(0o700)
    monkeypatch.setattr("beaconfire_platform.embedded.binaries.bin_folder", lambda: hidden)
    keep = tmp_path / "keep"
    keep.mkdir()

    first = reachable_binaries(account(), keep)
    (first / "postgres").write_text("ours\n")
    second = reachable_binaries(account(), keep)

    ours = os.geteuid() == account().uid  # an ordinary user reads their own folder
    assert first == second == (hidden if ours else keep / "postgres-binaries" / "bin")
    assert (second / "postgres").read_text() == "ours\n"
