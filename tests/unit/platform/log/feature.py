"""Reads a feature of CloudEvents' conformance kit: scenarios with tables and texts, no more."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Final

QUOTES: Final = '"""'


@dataclass
class Step:
    """One line of a scenario with the table or the text below it."""

    says: str
    rows: list[list[str]] = field(default_factory=list)
    text: str = ""

    @property
    def table(self) -> list[dict[str, str]]:
        """Its rows by the names in the first."""
        head, *rows = self.rows
        return [dict(zip(head, row, strict=True)) for row in rows]


@dataclass
class Scenario:
    """Its name, and what is given, done and then true."""

    name: str
    steps: list[Step] = field(default_factory=list)

    def step(self, says: str) -> Step:
        """The one step that says this; steps are told apart by their words."""
        [found] = [one for one in self.steps if one.says.endswith(says)]
        return found


def scenarios(file: Path) -> list[Scenario]:
    """Every scenario; an outline once for each of its examples."""
    found: list[Scenario] = []
    lines = iter([raw.strip() for raw in file.read_text().splitlines()])
    for line in lines:
        if line.startswith(("Scenario:", "Scenario Outline:")):
            found.append(Scenario(line.partition(":")[2].strip()))
        elif line and found:
            _add(found[-1].steps, line, lines)
    return [one for scenario in found for one in _each(scenario)]


def _add(steps: list[Step], line: str, rest: Iterator[str]) -> None:
    """A step, or what belongs to the last one: a row of its table, a text up to its end."""
    if line == QUOTES:
        steps[-1].text = "\n".join(takewhile(lambda one: one != QUOTES, rest))
    elif line.startswith("|"):
        steps[-1].rows.append([cell.strip() for cell in line.strip("|").split("|")])
    else:
        steps.append(Step(line))


def _each(scenario: Scenario) -> list[Scenario]:
    *steps, last = scenario.steps
    if last.says != "Examples:":
        return [scenario]
    return [_filled(Scenario(scenario.name, steps), given) for given in last.table]


def _filled(scenario: Scenario, given: dict[str, str]) -> Scenario:
    def fill(text: str) -> str:
        for name, value in given.items():
            text = text.replace(f"<{name}>", value)
        return text

    steps = [
        Step(step.says, [[fill(cell) for cell in row] for row in step.rows], step.text)
        for step in scenario.steps
    ]
    return Scenario(fill(scenario.name), steps)
