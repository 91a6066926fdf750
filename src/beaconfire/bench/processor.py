"""Processor time of processes under measurement: what a core was busy with, whatever else ran."""

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of one core since a process began: its own, and those of all that it started."""

    own_s: float
    below_s: float

    def since(self, before: "Spent") -> "Spent":
        """What was spent between."""
        return Spent(self.own_s - before.own_s, self.below_s - before.below_s)


def spent(pid: int) -> Spent:
    """So far; those below are counted also after they ended."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    living = [_of(one) for one in process.children(recursive=True)]
    below = own.children_user + own.children_system + sum(living)
    return Spent(own.user + own.system, below)


def memory_bytes(pid: int) -> int:
    """What a process has in memory now."""
    return int(psutil.Process(pid).memory_info().rss)


def _of(process: psutil.Process) -> float:
    """A process's own, and that of its children that ended; nothing of one that is gone."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return times.user + times.system + times.children_user + times.children_system
