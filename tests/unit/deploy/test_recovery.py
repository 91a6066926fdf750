"""What counts as a delivery after a kill, and that a loss or a repeat fails the section."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from chaos.count import Effect
from chaos.load import Ledger, Load, Report
from chaos.recovery import Heard, NotBack, require_once


def frame(kind: str, source: str, *report_ids: str, t: str = "change") -> dict[str, Any]:
    data = {"report_ids": list(report_ids)}
    return {"t": t, "record": {"kind": kind, "source": source, "data": data}}


def load_with(tmp_path: Path, *acked: str) -> Load:
    with Ledger(tmp_path / "ledger") as ledger:
        load = Load("http://127.0.0.1:9", "token", ledger, seed=1)
    load.reports = [Report(one, 174.0, -36.0, 1, f"report-{one}") for one in acked]
    return load


def books_with(*keys: str) -> tuple[dict[str, Effect], Counter[str]]:
    return {one: Effect(f"report-{one}", 1, 1, 1) for one in keys}, Counter(keys)


def test_a_change_of_an_incident_is_a_delivery_and_nothing_else_is() -> None:
    heard = Heard()

    heard.take(frame("incident", "incident", "r1"), 1.0)
    heard.take(frame("incident", "incident", "r1", "r2"), 2.0)
    heard.take(frame("incident", "dispatch", "r3"), 3.0)
    heard.take(frame("unit", "incident", "r4"), 4.0)
    heard.take({"t": "heartbeat"}, 5.0)

    assert heard.at == {"r1": 1.0, "r2": 2.0}


async def test_what_was_told_before_the_kill_is_not_the_next_delivery(tmp_path: Path) -> None:
    heard, load = Heard(), load_with(tmp_path, "a", "b", "c")
    heard.at = {"report-a": 1.0}
    waiting = asyncio.create_task(heard.next_after(load, 1))
    await asyncio.sleep(0.05)
    is_early = waiting.done()
    heard.at |= {"report-c": 3.0, "report-b": 4.0}

    assert not is_early
    assert await waiting == 3.0


@pytest.mark.parametrize(
    ("found", "said"), [(("a",), "1 of 2 lost, 0"), (("a", "b", "b"), "0 of 2 lost, 1 not")]
)
def test_a_loss_and_a_repeat_fail_the_section(
    tmp_path: Path, found: tuple[str, ...], said: str
) -> None:
    load = load_with(tmp_path, "a", "b")

    require_once(*books_with("a", "b"), load)
    with pytest.raises(NotBack, match=said):
        require_once(*books_with(*found), load)
