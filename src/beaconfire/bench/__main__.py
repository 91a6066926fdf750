"""`python -m beaconfire.bench [SECTION]… [--json]`: measure, print, fail when a gate fails."""

import argparse
import asyncio
import os
import sys

import uvloop

from beaconfire.bench.brokers import BROKERS, brokers
from beaconfire.bench.database import fdatasync_per_s
from beaconfire.bench.end_to_end_apart import PORT, given
from beaconfire.bench.report import Comparison, header, print_lines, print_table
from beaconfire.bench.sections import ON_KAFKA, SECTIONS


async def measured(names: list[str]) -> list[Comparison]:
    """The sections' figures, one section after the other."""
    return [one for name in names for one in await SECTIONS[name]()]


def _measurable() -> list[str]:
    """Every section for which there is what it needs; the others are named."""
    left_out = set(ON_KAFKA if brokers() is None else ())
    if given() is None:
        left_out.add("end_to_end_apart")
    if left_out:
        names = ", ".join(sorted(left_out))
        sys.stderr.write(f"left out, as {BROKERS} or {PORT} names nothing: {names}\n")
    return [name for name in SECTIONS if name not in left_out]


def main() -> int:
    """Measure what is asked for; the exit code says whether every gate was kept."""
    parser = argparse.ArgumentParser(prog="beaconfire bench")
    parser.add_argument("section", nargs="*")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    load_before = os.getloadavg()[0]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(measured(list(asked.section) or _measurable()))
    head = header(load_before=load_before, fdatasync_per_s=fdatasync_per_s())
    (print_lines if asked.json else print_table)(head, figures)
    return 0 if all(one.passed for one in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
