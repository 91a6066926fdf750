"""A run of `make chaos` is asked for in words, and ends well whoever ends it early."""

import asyncio
import os
import signal

import pytest

from chaos.findings import Findings
from chaos.run import or_interrupted, scaled


def test_how_many_of_which_service_is_said_in_words() -> None:
    assert scaled(["geo=2", "dispatch=3"]) == {"geo": 2, "dispatch": 3}
    assert scaled([]) == {}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_interrupts_a_run_lets_it_stop_what_it_started(number: signal.Signals) -> None:
    stopped: list[str] = []

    async def run() -> Findings:
        try:
            os.kill(os.getpid(), number)
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0)
            stopped.append("all")
        return Findings(1, 1.0)

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(or_interrupted(run()))

    assert stopped == ["all"]
