"""What came of a run of `make chaos`: which promises were broken, or why it proves nothing.

Void below thirty faults and two thousand acknowledged reports in three minutes: such a run proves
nothing. So does one in which a control stays green, or that killed or stopped a part never.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from chaos.faults import KILL, SERVICES, STILL, VICTIMS
from chaos.left_over import Held
from chaos.observer import CONTROLS, RIGHT, WITNESS
from chaos.races import RACES, Raced
from chaos.trace import Trace

FAULTS_A_MINUTE_MIN: Final = 10
ACKS_A_MINUTE_MIN: Final = 667
REFUSED_SHOWN_MAX: Final = 3
CONSUMERS: Final = (*SERVICES, WITNESS)
"""Who is judged by own books, beside the observer."""


_NOTHING: Final = Trace(0, 0, 0, 0)


@dataclass(slots=True)
class Findings:
    """What came of a run; every list and every count of a fault is empty or 0 when all held."""

    seed: int
    minutes: float
    faults: int = 0
    killed: dict[str, int] = field(default_factory=dict[str, int])
    stopped: dict[str, int] = field(default_factory=dict[str, int])
    acked: int = 0
    tried_again: int = 0
    unanswered: int = 0
    refused: list[str] = field(default_factory=list)
    lost: int = 0
    not_once: int = 0
    repeated: int = 0
    answered_otherwise: int = 0
    missing_in_picture: int = 0
    twice_in_picture: int = 0
    trace: Trace | None = None
    consumers: dict[str, Trace] = field(default_factory=dict[str, Trace])
    disagreeing: int = 0
    facts_missing: int = 0
    races: dict[str, Raced] = field(default_factory=dict[str, Raced])
    deaths: int = 0
    lag_gone_s: float | None = None
    behind: dict[str, int] = field(default_factory=dict)
    not_back: dict[str, str] = field(default_factory=dict[str, str])
    set_aside: dict[str, int] = field(default_factory=dict)
    standing_open: int = 0
    connections_more: int = 0
    tasks_failing: int = 0
    held_more: dict[str, Held] = field(default_factory=dict[str, Held])
    controls: dict[str, int] = field(default_factory=dict[str, int])
    late_lost: int = 0
    late_acked: int = 0

    @property
    def void(self) -> list[str]:
        """Why this run proves nothing; empty when it does."""
        found: list[str] = []
        if self.faults < FAULTS_A_MINUTE_MIN * self.minutes:
            found.append("too few faults")
        if self.acked < ACKS_A_MINUTE_MIN * self.minutes:
            found.append("too few acknowledged")
        if spared := [one for one in VICTIMS if not self.killed.get(one)]:
            found.append(f"never killed: {', '.join(spared)}")
        if spared := [one for one in VICTIMS if not self.stopped.get(one)]:
            found.append(f"never stood still: {', '.join(spared)}")
        if not self.tried_again:
            found.append("no fault met a report")
        found.extend(
            f"the control {name} did nothing wrong"
            for name in CONTROLS if not self.controls.get(name)
        )  # fmt: skip
        found.extend(
            f"the control {name} did nothing wrong"
            for name in RACES if name not in self.races or not self.races[name].mistaken
        )  # fmt: skip
        if not self.late_lost:
            found.append("late writing lost nothing")
        return found

    @property
    def broken(self) -> list[str]:
        """Which promises were not kept."""
        trace = self.trace or _NOTHING
        judged = {
            "acknowledged and lost": self.lost,
            "effects that are not exactly one": self.not_once,
            "keys with more than one report": self.repeated,
            "never answered": self.unanswered,
            "refused": len(self.refused),
            "answered otherwise when asked again": self.answered_otherwise,
            "missing in the picture": self.missing_in_picture,
            "twice in the picture": self.twice_in_picture,
            "deliveries missing": trace.lost,
            "deliveries repeated": trace.repeated,
            "streams out of order": trace.reordered,
            "deliveries of what nobody told": trace.phantom,
            "deliveries of what was not committed": trace.aborted,
            "no deliveries at all": int(not trace.deliveries),
            "streams of which observers saw different facts": self.disagreeing,
            "facts missing in a log": self.facts_missing,
            "effects wrong at a consumer": sum(one.wrong for one in self.consumers.values()),
            "consumers without any effect": len(self.without_effect),
            "races lost by the right way": sum(one.right for one in self.races.values()),
            "lag that stayed": int(self.lag_gone_s is None),
            "instances not back": len(self.not_back),
            "parked or quarantined": sum(self.set_aside.values()),
            "transactions standing open": self.standing_open,
            "connections left over": self.connections_more,
            "tasks failing": self.tasks_failing,
            "tasks left over": sum(one.tasks for one in self.held_more.values()),
            "files left open": sum(one.files for one in self.held_more.values()),
        }
        return [f"{what}: {count}" for what, count in judged.items() if count]

    def line(self) -> str:
        """The report in one line."""
        trace = self.trace or _NOTHING
        kinds = f"{KILL} {sum(self.killed.values())}, {STILL} {sum(self.stopped.values())}"
        wrong = self.controls | {name: one.mistaken for name, one in self.races.items()}
        controls = ", ".join(f"{name} {wrong.get(name, 0)}" for name in (*CONTROLS, *RACES))
        effects = sum(one.deliveries for one in self.consumers.values())
        effects_wrong = sum(one.wrong for one in self.consumers.values())
        gone = "never" if self.lag_gone_s is None else f"after {self.lag_gone_s:.1f} s"
        return (
            f"chaos seed={self.seed} {self.minutes:g} min: {self.faults} faults ({kinds}); "
            f"{self.acked:,} acked, {self.lost} lost, {self.tried_again} asked again -> "
            f"{self.repeated + self.not_once} not once; {trace.deliveries:,} deliveries, "
            f"{trace.words()}; {effects:,} effects of {len(self.consumers)} consumers, "
            f"{effects_wrong} wrong; lag gone {gone}; "
            f"controls wrong: {controls}, late writing {self.late_lost} of {self.late_acked}; "
            f"{self.left_over} left over; "
            f"{self.verdict}"
        )

    @property
    def without_effect(self) -> list[str]:
        """Consumers of which it is shown by nothing that they took anything."""
        return [one for one in CONSUMERS if not self.consumers.get(one, _NOTHING).deliveries]

    @property
    def left_over(self) -> int:
        """Whatever is still held that was not before: transactions, connections, tasks, files."""
        held = sum(one.tasks + one.files for one in self.held_more.values())
        return self.standing_open + self.connections_more + self.tasks_failing + held

    @property
    def verdict(self) -> str:
        """Which promises were broken, why it proves nothing, or that all held."""
        said = [f"BROKEN {', '.join(self.broken)}"] if self.broken else []
        said += [f"VOID {', '.join(self.void)}"] if self.void else []
        return "; ".join(said) or "all held"

    def tell(self) -> int:
        """Say what came of it; the exit code of the run."""
        say(self.line())
        for line in (*self._of_load(), *self._of_consumers(), *self._of_processes()):
            say(f"  {line}")
        return 1 if self.broken or self.void else 0

    def _of_load(self) -> Iterator[str]:
        yield from (f"refused: {what}" for what in self.refused[:REFUSED_SHOWN_MAX])
        for name, streams in self.behind.items():
            if streams:
                yield f"{name} had not seen the last of {streams} streams"

    def _of_consumers(self) -> Iterator[str]:
        """Whose effects are not those that they should be, and how."""
        for name, one in {RIGHT: self.trace or _NOTHING, **self.consumers}.items():
            if one.wrong:
                yield f"{name}: {one.deliveries} effects, {one.words()}"
        if self.consumers:
            yield from (f"{name} had no effect that its books show" for name in self.without_effect)
        for name, raced in self.races.items():
            if raced.right:
                yield f"{name}: the right way went wrong {raced.right} times"

    def _of_processes(self) -> Iterator[str]:
        for name, why in self.not_back.items():
            yield f"{name} is not back: {why}"
        for name, more in self.held_more.items():
            yield f"{name} holds {more.tasks} tasks and {more.files} files too many"


def say(text: str) -> None:
    """One line for people, at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
