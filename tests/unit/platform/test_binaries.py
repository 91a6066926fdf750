"""The server's binaries, and the account that may reach them."""

import os
import pwd
from pathlib import Path

import pytest

from beaconfire_platform.embedded.binaries import (
    DROPPED_TO,
    Account,
    Unreachable,
    account,
    barred_at,
    bin_folder,
    reachable_binaries,
    require_way,
)
from beaconfire_testkit.node import open_to_all


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


def test_the_first_folder_that_keeps_another_account_out_is_named(tmp_path: Path) -> None:
    shut = open_to_all(tmp_path) / "home"
    data = shut / "share" / "data"
    data.mkdir(parents=True)
    shut.chmod(0o700)
    stranger = Account("stranger", os.geteuid() + 54_321, os.getegid() + 54_321)

    assert barred_at(data, stranger) == shut
    assert barred_at(data, Account("we", os.geteuid(), os.getegid())) is None
    with pytest.raises(Unreachable, match=f"stranger, who may not enter {shut}: .*--data"):
        require_way(data, stranger)

    shut.chmod(0o711)
    assert barred_at(data, stranger) is None
    require_way(data, stranger)
