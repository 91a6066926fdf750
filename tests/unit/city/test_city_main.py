"""`beaconfire bench dispatch` as people and machines ask it."""

import json
from pathlib import Path

import pytest

from beaconfire.city.__main__ import main


def test_a_line_a_policy_for_machines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--city", str(folder), "--policy", "B", "--policy", "ours", "--reps", "1-2", "--json"]

    assert main(asked) == 0

    lines = [json.loads(one) for one in capsys.readouterr().out.splitlines()]
    assert [one["policy"] for one in lines] == ["B", "ours"]
    for name in ("on_time_pct", "high_within_8min_pct", "mean_s", "p90_s"):
        assert all(name in one and f"{name}_ci" in one for one in lines)


def test_a_table_for_people(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--city", str(folder), "--policy", "A", "--reps", "1,3"]) == 0

    assert "on_time_pct" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("reps", "said"),
    [("4", "the city has 1, 2, 3"), ("x", "such as 6-10"), ("3-1", "such as 6-10")],
)
def test_repetitions_that_are_not_there_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], reps: str, said: str
) -> None:
    assert main(["--city", str(folder), "--reps", reps]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "asked",
    [
        ("--seed", "-1"),
        ("--seed", "x"),
        ("--eta-noise", "-1"),
        ("--retask-delay", "nan"),
        ("--eta-noise", "1e300"),
        ("--retask-delay", "1e300"),
    ],
)
def test_conditions_that_mean_nothing_are_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], asked: tuple[str, str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--city", str(folder), *asked])

    assert ended.value.code == 2
    assert f"argument {asked[0]}: {asked[1]}: a" in capsys.readouterr().err


def test_what_is_no_city_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--city", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("beaconfire bench dispatch: nodes: ")


def test_who_waits_is_told_how_far_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["--city", str(folder), "--policy", "A", "--reps", "1-2", "--json"])

    told = capsys.readouterr().err.splitlines()
    assert "2 stations, 3 units, 480 calls" in told[0]
    assert [one.split(" after ")[0] for one in told[1:]] == [
        "B: repetition 1 (1 of 4)", "B: repetition 2 (2 of 4)",
        "A: repetition 1 (3 of 4)", "A: repetition 2 (4 of 4)",
    ]  # fmt: skip
    assert "s to go" in told[-1]
