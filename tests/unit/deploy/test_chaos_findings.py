"""What a run of `make chaos` found shows in its one line and in its exit code, whatever it is."""

from dataclasses import replace
from typing import Any

import pytest

from chaos import findings
from chaos.faults import VICTIMS
from chaos.findings import CONSUMERS, Findings
from chaos.left_over import Held
from chaos.observer import CONTROLS
from chaos.races import RACES, Raced
from chaos.run import MINUTES
from chaos.trace import Trace

EFFECTS: dict[str, Trace] = dict.fromkeys(CONSUMERS, Trace(700, 0, 0, 0))
WELL = Findings(
    seed=7, minutes=3.0, faults=30,
    killed=dict.fromkeys(VICTIMS, 2), stopped=dict.fromkeys(VICTIMS, 1),
    acked=2_001, tried_again=40, trace=Trace(9_000, 0, 0, 0), deaths=3, lag_gone_s=4.5,
    behind={"geo": 0}, set_aside={"geo": 0}, controls=dict.fromkeys(CONTROLS, 5),
    late_lost=6, late_acked=100, consumers=EFFECTS, races=dict.fromkeys(RACES, Raced(0, 5)),
)  # fmt: skip

BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"lost": 1}, "acknowledged and lost: 1"),
    ({"not_once": 2}, "effects that are not exactly one: 2"),
    ({"repeated": 3}, "keys with more than one report: 3"),
    ({"unanswered": 4}, "never answered: 4"),
    ({"refused": ["422 odd"]}, "refused: 1"),
    ({"answered_otherwise": 5}, "answered otherwise when asked again: 5"),
    ({"missing_in_picture": 6}, "missing in the picture: 6"),
    ({"twice_in_picture": 7}, "twice in the picture: 7"),
    ({"trace": Trace(9, 8, 0, 0)}, "deliveries missing: 8"),
    ({"trace": Trace(9, 0, 9, 0)}, "deliveries repeated: 9"),
    ({"trace": Trace(9, 0, 0, 10)}, "streams out of order: 10"),
    ({"trace": Trace(9, 0, 0, 0, phantom=11)}, "deliveries of what nobody told: 11"),
    ({"trace": Trace(9, 0, 0, 0, aborted=12)}, "deliveries of what was not committed: 12"),
    ({"disagreeing": 13}, "streams of which observers saw different facts: 13"),
    ({"facts_missing": 14}, "facts missing in a log: 14"),
    (
        {"consumers": EFFECTS | {"geo": Trace(9, 1, 2, 3, 4, 5)}},
        "effects wrong at a consumer: 15",
    ),
    ({"consumers": EFFECTS | {"geo": Trace(0, 0, 0, 0)}}, "consumers without any effect: 1"),
    ({"consumers": {}}, f"consumers without any effect: {len(CONSUMERS)}"),
    (
        {"races": dict.fromkeys(RACES, Raced(3, 5))},
        f"races lost by the right way: {3 * len(RACES)}",
    ),
    ({"trace": Trace(0, 0, 0, 0)}, "no deliveries at all: 1"),
    ({"trace": None}, "no deliveries at all: 1"),
    ({"lag_gone_s": None}, "lag that stayed: 1"),
    ({"set_aside": {"geo": 5, "agency": 6}}, "parked or quarantined: 11"),
    ({"standing_open": 12}, "transactions standing open: 12"),
    ({"connections_more": 13}, "connections left over: 13"),
    ({"tasks_failing": 14}, "tasks failing: 14"),
    ({"not_back": {"geo/0": "unhealthy", "geo/1": "starting"}}, "instances not back: 2"),
    ({"held_more": {"geo": Held(16, 0), "incident": Held(1, 0)}}, "tasks left over: 17"),
    ({"held_more": {"geo": Held(0, 18)}}, "files left open: 18"),
]
VOID: list[tuple[dict[str, Any], str]] = [
    ({"faults": 29}, "too few faults"),
    ({"acked": 2_000}, "too few acknowledged"),
    ({"tried_again": 0}, "no fault met a report"),
    ({"killed": dict.fromkeys(VICTIMS, 2) | {"kafka": 0}}, "never killed: kafka"),
    ({"stopped": dict.fromkeys(VICTIMS, 1) | {"postgres": 0}}, "never stood still: postgres"),
    (
        {"killed": {"geo": 30}},
        "never killed: incident, dispatch, situation, agency, postgres, kafka",
    ),
    *(
        (
            {"controls": dict.fromkeys(CONTROLS, 5) | {name: 0}},
            f"the control {name} did nothing wrong",
        )
        for name in CONTROLS
    ),
    *(
        (
            {"races": dict.fromkeys(RACES, Raced(0, 5)) | {name: Raced(0, 0)}},
            f"the control {name} did nothing wrong",
        )
        for name in RACES
    ),
    ({"late_lost": 0}, "late writing lost nothing"),
]


def test_a_run_in_which_all_held_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = WELL.tell()

    said = capsys.readouterr().out
    assert code == 0
    assert said.count("\n") == 1
    assert said.startswith("chaos seed=7 3 min: 30 faults (kill9 14, stop 7); 2,001 acked, 0 lost")
    assert said.endswith("; all held\n")


@pytest.mark.parametrize(("planted", "told"), BROKEN)
def test_each_broken_promise_is_told_and_fails_the_run(
    planted: dict[str, Any], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = replace(WELL, **planted)

    assert found.tell() == 1
    line = capsys.readouterr().out.splitlines()[0]
    assert line.endswith(f"; BROKEN {told}")
    assert found.void == []


@pytest.mark.parametrize(("planted", "why"), VOID)
def test_each_reason_for_which_a_run_proves_nothing_is_told_and_fails_it(
    planted: dict[str, Any], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    found = replace(WELL, **planted)

    assert found.tell() == 1
    assert capsys.readouterr().out.splitlines()[0].endswith(f"; VOID {why}")
    assert found.broken == []


def test_no_count_that_is_judged_can_be_forgotten_here() -> None:
    everything: dict[str, Any] = {}
    for planted, _ in BROKEN:
        everything |= planted
    everything |= {"consumers": {"geo": Trace(1, 1, 0, 0)}}
    everything |= {"trace": Trace(0, 1, 1, 1, 1, 1), "held_more": {"geo": Held(1, 1)}}
    told = replace(WELL, **everything).broken

    assert sorted(one.partition(":")[0] for one in told) == sorted(
        {told.partition(":")[0] for _, told in BROKEN}
    )


def test_what_is_both_broken_and_void_says_both() -> None:
    line = replace(WELL, lost=1, faults=0).line()

    assert line.endswith("; BROKEN acknowledged and lost: 1; VOID too few faults")


def test_a_run_that_never_began_proves_nothing() -> None:
    found = Findings(seed=1, minutes=3.0)

    assert found.void
    assert found.tell() == 1


@pytest.mark.parametrize("minutes", [0.5, 3.0, 30.0])
def test_a_longer_run_needs_more(minutes: float) -> None:
    enough = replace(
        WELL,
        minutes=minutes,
        faults=int(findings.FAULTS_A_MINUTE_MIN * minutes),
        acked=int(findings.ACKS_A_MINUTE_MIN * minutes) + 1,
    )

    assert enough.void == []
    assert replace(enough, faults=enough.faults - 1).void == ["too few faults"]
    assert replace(enough, acked=enough.acked - 2).void == ["too few acknowledged"]


def test_each_instance_that_is_not_back_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    replace(WELL, not_back={"geo/0": "unhealthy", "incident/1": "not answered"}).tell()

    assert capsys.readouterr().out.splitlines()[1:] == [
        "  geo/0 is not back: unhealthy",
        "  incident/1 is not back: not answered",
    ]


def test_whose_effects_are_wrong_has_a_line_that_says_how(
    capsys: pytest.CaptureFixture[str],
) -> None:
    replace(
        WELL,
        trace=Trace(9, 0, 1, 0),
        consumers=EFFECTS | {"geo": Trace(7, 1, 2, 3, 4, 5), "agency": Trace(0, 0, 0, 0)},
        races={name: Raced(2, 5) for name in RACES[:1]} | {RACES[1]: Raced(0, 1)},
    ).tell()

    line, *more = capsys.readouterr().out.splitlines()
    assert "; 9 deliveries, 1 dup 0 gap 0 reorder 0 phantom 0 aborted; " in line
    assert f"; 2,807 effects of {len(CONSUMERS)} consumers, 15 wrong; " in line
    assert more == [
        "  observer: 9 effects, 1 dup 0 gap 0 reorder 0 phantom 0 aborted",
        "  geo: 7 effects, 2 dup 1 gap 3 reorder 4 phantom 5 aborted",
        "  agency had no effect that its books show",
        f"  {RACES[0]}: the right way went wrong 2 times",
    ]


def test_refusals_are_shown_a_few_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    replace(WELL, refused=[f"422 number {one}" for one in range(50)]).tell()

    assert capsys.readouterr().out.count("\n") == 1 + findings.REFUSED_SHOWN_MAX


def test_three_minutes_are_thirty_faults_and_two_thousand_reports() -> None:
    assert findings.FAULTS_A_MINUTE_MIN * MINUTES >= 30
    assert findings.ACKS_A_MINUTE_MIN * MINUTES > 2_000


def test_whatever_is_left_over_is_in_the_line_and_says_where(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = replace(
        WELL, standing_open=1, connections_more=2, tasks_failing=3,
        held_more={"geo": Held(4, 5), "incident": Held(0, 6)},
    )  # fmt: skip

    found.tell()

    line, *more = capsys.readouterr().out.splitlines()
    assert "; 21 left over; " in line
    assert more == [
        "  geo holds 4 tasks and 5 files too many",
        "  incident holds 0 tasks and 6 files too many",
    ]


def test_who_stayed_behind_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    replace(WELL, lag_gone_s=None, behind={"geo": 0, "observer": 9}).tell()

    assert capsys.readouterr().out.splitlines()[1:] == [
        "  observer had not seen the last of 9 streams"
    ]


def test_each_control_is_named_with_what_it_did_wrong() -> None:
    line = replace(WELL, controls={"position-first": 7, "drop-when-full": 9}).line()

    assert "; controls wrong: position-first 7, dedupe-by-time 0, drop-when-full 9, id-" in line
    assert ", id-above-last 5, check-then-insert 5, late writing" in line
