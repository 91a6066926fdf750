"""Which free units would stand better elsewhere: whoever is freed, or one that moves up."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from beaconfire_contracts.ids import StationId
from beaconfire_contracts.places import Point
from beaconfire_contracts.vocabulary import StandbyReason, UnitStatus
from beaconfire_dispatch.domain.engine.standby import (
    CoverCurve,
    best_move,
    best_post,
    gain_of,
)
from beaconfire_dispatch.domain.engine_rules import EngineRules
from beaconfire_dispatch.domain.standby import ASK_AGAIN, Standby, StandbyState
from beaconfire_dispatch.domain.unit import Unit

FREED_GAIN_MIN: Final = 0.01
"""Less than a hundredth is not worth another road than home."""
_ON_THE_ROAD: Final = frozenset({UnitStatus.CLEARED, UnitStatus.RETURNING, UnitStatus.HANDED_OVER})


@dataclass(frozen=True, slots=True)
class Site:
    """One station as a place to stand by (备勤站点)."""

    id: str
    body: str
    point: Point
    is_retired: bool = False
    """Nobody is sent there; whoever has it as home is still counted there."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Free units with their last words on a place, all stations, and the rules (备勤态势)."""

    units: Sequence[Unit]
    words: Mapping[str, Standby]
    stations: Sequence[Site]
    rules: EngineRules
    moves: int
    """Proposed within the last hour."""
    is_anybody_waiting: bool
    """Whether an incident has had nobody sent yet: then nobody moves up."""


def better_places(scene: Scene, curves: CoverCurve, now: datetime) -> list[Standby]:
    """Better places: of whoever is freed, and one move up, the best of all.

    Each kind of a body's units is looked at by itself, over that body's stations; `curves` has a
    row for each station. Where somebody of a kind is freed none of that kind moves up.
    """
    groups: defaultdict[tuple[str, str], list[Unit]] = defaultdict(list)
    for unit in scene.units:
        groups[str(unit.body), unit.kind].append(unit)
    number = {one.id: at for at, one in enumerate(scene.stations)}
    found: list[Standby] = []
    for (body, _), units in sorted(groups.items()):
        standing = {str(one.id): number[_stands_at(one, scene)] for one in units}
        own = {
            at for at, one in enumerate(scene.stations) if one.body == body and not one.is_retired
        }
        posts = sorted(own | set(standing.values()))
        found += _of_group(scene, curves, units, posts, standing, now)
    moves = [one for one in found if one.reason is StandbyReason.MOVE_UP]
    best = max(moves, key=lambda one: one.gain, default=None)
    return [one for one in found if one.reason is not StandbyReason.MOVE_UP or one is best]


def _of_group(
    scene: Scene,
    curves: CoverCurve,
    units: Sequence[Unit],
    posts: Sequence[int],
    standing: dict[str, int],
    now: datetime,
) -> list[Standby]:
    found: list[Standby] = []
    for unit in units:
        if unit.status not in _ON_THE_ROAD or str(unit.id) in scene.words:
            continue
        rest = [post for name, post in standing.items() if name != str(unit.id)]
        goal = best_post(curves, rest, posts)
        gain = gain_of(curves, rest, standing[str(unit.id)], goal)
        if goal != standing[str(unit.id)] and gain >= FREED_GAIN_MIN:
            found.append(_standby(scene, unit, goal, StandbyReason.FREED, gain, now))
            standing[str(unit.id)] = goal
    return found or _moving_up(scene, curves, units, posts, standing, now)


def _moving_up(
    scene: Scene,
    curves: CoverCurve,
    units: Sequence[Unit],
    posts: Sequence[int],
    standing: dict[str, int],
    now: datetime,
) -> list[Standby]:
    """One move at most: where nobody waits, the budget lasts and none is being thought about."""
    is_open = any(
        one.state is StandbyState.PROPOSED and one.reason is StandbyReason.MOVE_UP
        for one in scene.words.values()
    )
    if scene.is_anybody_waiting or is_open or scene.moves >= scene.rules.moves_per_hour_max:
        return []
    move = best_move(curves, sorted(standing.values()), posts, scene.rules.move_gain_min)
    if move is None:
        return []
    able = [
        one
        for one in units
        if standing[str(one.id)] == move.leaving
        and _may_be_asked(scene.words.get(str(one.id)), now)
    ]
    if not able:
        return []
    unit = min(able, key=lambda one: (one.last_sent_at or one.since, one.id))
    return [_standby(scene, unit, move.goal, StandbyReason.MOVE_UP, move.gain, now)]


def _may_be_asked(word: Standby | None, now: datetime) -> bool:
    return word is None or now - word.since >= ASK_AGAIN


def _stands_at(unit: Unit, scene: Scene) -> str:
    """Where a free unit is counted: where it was sent to stand by, else at home."""
    word = scene.words.get(str(unit.id))
    is_sent = word is not None and word.state is StandbyState.ORDERED
    return str(word.station_id) if word is not None and is_sent else str(unit.station_id)


def _standby(
    scene: Scene, unit: Unit, goal: int, reason: StandbyReason, gain: float, now: datetime
) -> Standby:
    station_id = StationId(scene.stations[goal].id)
    return Standby(unit.id, station_id, unit.fence, reason, gain, StandbyState.PROPOSED, now)
