"""Processor time: a process's own apart from what it started, also once that has ended."""

import os
import subprocess
import sys

from beaconfire.bench.processor import memory_bytes, spent

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
"""The kernel counts whole ticks, of own time and of the system's apart: each may lack one."""
BUSY = "import time\nwhile time.process_time() < 0.3: pass"
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BUSY!r}], check=True)
print("done", flush=True)
sys.stdin.read()
"""


def test_what_children_spent_is_told_apart_also_after_they_ended() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()

        found = spent(process.pid)
        held = memory_bytes(process.pid)
        process.communicate(b"")

    assert found.below_s >= 0.3 - 2 * TICK_S
    assert 0 < found.own_s < 0.3 or found.own_s < found.below_s
    assert held > 2**20
    assert found.since(found).own_s == 0
