"""A bench's figures: the ratio of the rounds, the gate it must keep, lines for machines."""

import json
from dataclasses import replace

import pytest

from beaconfire.bench.report import Comparison, header, print_lines, print_table

RATE = Comparison(
    "x", "acts/s", (100.0, 200.0, 50.0), (80.0, 120.0, 45.0), 0.7, more_is_better=True, n=10
)
DELAY = replace(RATE, unit="ms", gate=0.7, more_is_better=False)


def test_the_ratio_is_the_median_of_the_rounds_own_ratios() -> None:
    assert abs(RATE.ratio - 0.8) < 1e-9


def test_more_is_judged_from_below_and_less_from_above() -> None:
    assert RATE.passed
    assert not DELAY.passed
    assert not replace(RATE, gate=0.81).passed


def test_a_figure_without_a_gate_is_told_and_not_judged() -> None:
    assert replace(DELAY, gate=None).passed


def test_machines_get_one_json_line_each(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(header(load_before=0.5, fdatasync_per_s=1234.4), [RATE])

    head, line = map(json.loads, capsys.readouterr().out.splitlines())
    assert head["fdatasync_per_s"] == 1234
    assert "asyncpg" in head["versions"]
    assert (line["section"], line["ratio"], line["passed"]) == ("x", 0.8, True)


def test_people_get_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(header(load_before=0.5, fdatasync_per_s=1234), [RATE, DELAY])

    out = " ".join(capsys.readouterr().out.split())
    assert "1234 fdatasync/s" in out
    assert "pass" in out
    assert "FAIL" in out
