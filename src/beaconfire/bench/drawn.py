"""What a console draws of a fleet, held against what was sent: how late, and never going back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from beaconfire.bench.fleet import Fleet

ENTRY: Final = np.dtype([("handle", "<u4"), ("lon", "<i4"), ("lat", "<i4"), ("rest", "<u4")])
"""Sixteen bytes a unit, as `beaconfire_contracts.feed` says."""
DEGREES: Final = 1e-7


class WentBack(Exception):  # noqa: N818  (told to people as it is)
    """A marker was drawn where its unit had been before."""


class NeverDrawn(Exception):  # noqa: N818  (told to people as it is)
    """A position that was taken in was never drawn, nor any newer one of its unit."""


@dataclass(slots=True)
class Sent:
    """When each second of each unit was sent, on one clock; NaN where it was out of reach."""

    at: np.ndarray

    @classmethod
    def of(cls, fleet: Fleet, seconds: int) -> "Sent":
        """Nothing was sent yet."""
        return cls(np.full((seconds, len(fleet.unit_ids)), np.nan))

    def note(self, second: int, units: Sequence[int], now: float) -> None:
        """A batch goes out."""
        self.at[second, list(units)] = now


@dataclass(slots=True)
class Drawn:
    """Which second of each unit is drawn now, and how late each was, in milliseconds."""

    fleet: Fleet
    sent: Sent
    shown: np.ndarray = field(init=False)
    late_ms: list[float] = field(default_factory=list[float])
    _unit_of: dict[int, int] = field(default_factory=dict[int, int])
    _numbers: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Nobody is drawn yet."""
        self.shown = np.full(len(self.fleet.unit_ids), -1)
        self._numbers = {one: number for number, one in enumerate(self.fleet.unit_ids)}

    def know(self, handles: dict[str, int]) -> None:
        """Who is which handle."""
        found = {handle: self._numbers[one] for one, handle in handles.items()
                 if one in self._numbers}  # fmt: skip
        self._unit_of.update(found)

    def draw(self, frame: bytes, now: float) -> None:
        """A frame of positions; WentBack where one is older than what is drawn."""
        entries: Any = np.frombuffer(frame, dtype=ENTRY)
        units = np.array([self._unit_of.get(one, -1) for one in entries["handle"].tolist()])
        ours = units >= 0
        units, lats = units[ours], entries["lat"][ours] * DEGREES
        seconds = self.fleet.seconds_at(units, lats)
        was = self.shown[units]
        if (seconds < was).any():
            raise WentBack(f"unit {int(units[np.argmax(seconds < was)])}")
        for unit, before, second in zip(
            *(one[seconds > was].tolist() for one in (units, was, seconds)), strict=True
        ):
            self._note(unit, before, second, now)
        self.shown[units] = seconds

    def _note(self, unit: int, before: int, second: int, now: float) -> None:
        """The first second that was sent since is the one that waited longest."""
        waited = self.sent.at[before + 1 : second + 1, unit]
        waited = waited[~np.isnan(waited)]
        if waited.size:
            self.late_ms.append(float(now - waited[0]) * 1e3)

    @property
    def undrawn(self) -> int:
        """Of how many units something newer was sent than is drawn."""
        seconds = np.arange(len(self.sent.at))[:, None]
        newest = np.where(np.isnan(self.sent.at), -1, seconds).max(axis=0)
        return int((newest > self.shown).sum())
