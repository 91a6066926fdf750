"""How a city's work is shared with the people at its desks: decided here, done by the desk.

Whoever sits at a seat and may give orders gets every fifth new incident and what they reported
themselves; while one of theirs waits for its first order the city runs at the wall's pace.
Somebody who lets one wait for ten minutes is away: nothing comes to them and nothing waits for them
until they act. What waited before we came holds nothing up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

SHARE: Final = 5
"""Every fifth: enough to be busy with, little enough to look round."""
WAITS_S_MAX: Final = 600.0
"""Wall seconds: who left the desk must not freeze the city for the others."""
Row = dict[str, Any]


def waits_for_order(incident: Row) -> bool:
    """Whether nobody was ever sent to it."""
    return incident["status"] == "open" and not incident.get("assignments")


@dataclass(slots=True)
class Sharing:
    """Which incidents were dealt with, who sits where, and since when something waits."""

    _places: list[str] = field(default_factory=list)
    _sitting_since: datetime | None = None
    _known: set[str] | None = None
    _dealt: int = 0
    _waits_since_s: dict[str, float] = field(default_factory=dict)
    _away: frozenset[str] = frozenset()
    _looked: bool = False

    def sit(self, seats: Mapping[str, datetime]) -> None:
        """Who sits now, and since when; whoever stays keeps their place in the turn."""
        stay = [one for one in self._places if one in seats]
        self._places = stay + sorted(seats.keys() - set(stay))
        self._sitting_since = min(seats.values(), default=None)

    def news(self, incidents: Iterable[Row]) -> list[Row]:
        """Those that nobody dealt with yet, the oldest first.

        What was here before the first look, or was opened while nobody sat, is nobody's share.
        """
        by_age = sorted(incidents, key=lambda one: one["number"])
        here = {one["id"] for one in by_age}
        self._known = here if self._known is None else self._known & here
        since = self._sitting_since
        if since is None:
            return []
        return [
            one for one in by_age
            if one["id"] not in self._known and datetime.fromisoformat(one["opened_at"]) >= since
        ]  # fmt: skip

    def leave(self, incident: Row) -> None:
        """It is dealt with: it stays where it is."""
        if self._known is not None:
            self._known.add(incident["id"])

    def seat_for(self, incident: Row, told_from: str | None) -> str | None:
        """The seat to which a new incident of the pool goes, dealt with by this; None: it stays.

        `told_from` is the seat from which it was reported first.
        """
        self.leave(incident)
        if told_from in self._places:
            return told_from
        if not waits_for_order(incident):
            return None
        turn = self._dealt % max(SHARE, len(self._places))
        self._dealt += 1
        if turn >= len(self._places) or self._places[turn] in self._away:
            return None
        return self._places[turn]

    def holds(self, incidents: Sequence[Row], wall_s: float) -> bool:
        """Whether the clock shall wait: one of somebody's who is there waits for its first order.

        `incidents` are all open ones; the first look is at what waited before we came.
        """
        theirs = {
            one["id"]: one["seat"]
            for one in incidents
            if one["seat"] in self._places and waits_for_order(one)
        }
        since_s = wall_s if self._looked else wall_s - WAITS_S_MAX
        self._looked = True
        self._waits_since_s = {key: self._waits_since_s.get(key, since_s) for key in theirs}
        self._away = frozenset(
            theirs[key] for key, since_s in self._waits_since_s.items()
            if wall_s - since_s >= WAITS_S_MAX
        )  # fmt: skip
        return any(seat not in self._away for seat in theirs.values())
