"""What a unit for a slot costs: in terms for one pair, in whole numbers for as many as are asked.

All is reckoned in whole milliseconds and millionths (ADR 0038), ties go to the earlier arrival,
then to who was sent longest ago, then to the lower id, so that the same picture gives the same
answer on every machine.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

import numpy as np

from beaconfire_dispatch.domain.engine.commanding import commanded_pairs
from beaconfire_dispatch.domain.engine.lateness import WHOLE, lateness, milliseconds
from beaconfire_dispatch.domain.engine.standby import price_of
from beaconfire_dispatch.domain.engine.state import Free, Prices, Situation, Slot

WEIGHT: Final = {1: 2.0, 2: 1.2, 3: 0.6, 4: 0.3}
"""By priority; an unmet slot of a higher one always costs more than any of a lower."""
MINUTES_FACTOR: Final = 0.15
UNMET_FACTOR: Final = 1_000.0
WAITING: Final = 0.1
"""For each minute after the limit that a slot waits open: where there are too few units, who waits
longest is not left behind for who can still be reached in time."""
WAITING_MAX_S: Final = 43_200.0
"""It grows no more then, so that the most urgent stays dearest."""
OVER_QUALIFIED: Final = 0.02
"""A unit that can do more than is asked costs a little for each thing it is not asked."""
ALTERNATIVE: Final = 0.1
"""What was asked for is preferred to an alternative, and each of these to the next."""
SWITCH: Final = 0.1
"""What it costs to turn a unit round for no more urgent a slot, or to stand one down for a better
placed one: crews and callers were told."""
FAR_S: Final = 7_200.0
"""Nobody is proposed who would drive for two hours."""
IMPOSSIBLE: Final = 10**15
PINNED: Final = round(3 * WEIGHT[1] * UNMET_FACTOR * WHOLE) * 1_000
"""What a pair that a dispatcher wants is worth: more than any other use of the unit or the slot."""
COVER_S: Final = 480.0
USUAL: Final = Prices()
_TENTHS: Final = {one: round(10 * weight) for one, weight in WEIGHT.items()}


@dataclass(frozen=True, slots=True)
class Terms:
    """What one unit for one slot costs, term by term (代价分项)."""

    eta_s: float
    minutes: float
    lateness: float
    over_qualified: float
    switch: float = 0.0
    alternative: float = 0.0
    level: float = 0.0
    cover: float = 0.0

    @property
    def priced(self) -> dict[str, float]:
        """The terms by name, without the seconds that two of them are made of."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "eta_s"}

    @property
    def total(self) -> float:
        """All terms together."""
        return sum(self.priced.values())


TERMS: Final = frozenset(one.name for one in fields(Terms)) - {"eta_s"}
"""The names of all terms."""


def terms(
    slot: Slot, unit: Free, road_s: float, prices: Prices = USUAL, cover_lost: float = 0.0
) -> Terms:
    """The price of this unit for this slot; `cover_lost` is of `cover_losses`."""
    eta_s = unit.mobilise_s + road_s
    parts_ms = milliseconds(np.array([eta_s, slot.elapsed_s, slot.target_s]))
    eta_ms, spent_ms = parts_ms[0], parts_ms[1] - parts_ms[2]
    tenths = _TENTHS[slot.priority]
    return Terms(
        eta_s,
        tenths * int(_minutes(eta_ms)) / (10 * WHOLE),
        tenths * int(lateness(spent_ms + eta_ms)) / (10 * WHOLE),
        OVER_QUALIFIED * (len(unit.capabilities) - 1),
        _switch_of(slot, unit),
        ALTERNATIVE * max(0, step_of(slot, unit)),
        prices.level * levels_crossed(slot.path, unit.path),
        prices.cover * cover_lost,
    )


def _switch_of(slot: Slot, unit: Free) -> float:
    """The price of turning round for one pair."""
    if slot.held_by == unit.unit_id:
        return 0.0
    is_taken = unit.answering is not None and unit.answering <= slot.priority
    return SWITCH if is_taken or slot.held_by is not None else 0.0


def step_of(slot: Slot, unit: Free) -> int:
    """By what a unit fills a slot: 0 what is asked for, 1 the first alternative; -1 by nothing."""
    names = (slot.capability, *slot.alternatives)
    return next((step for step, name in enumerate(names) if name in unit.capabilities), -1)


def filled_by(slot: Slot, unit: Free) -> str:
    """The capability by which a unit fills a slot that it can fill."""
    return (slot.capability, *slot.alternatives)[max(0, step_of(slot, unit))]


def levels_crossed(slot_path: str | None, unit_path: str | None) -> int:
    """How many levels up from a unit's division lies one that holds the slot too."""
    if slot_path is None or unit_path is None:
        return 0
    own, there = unit_path.split("."), slot_path.split(".")
    common = 0
    while common < min(len(own), len(there)) and own[common] == there[common]:
        common += 1
    return len(own) - common


def unmet_of(slots: Sequence[Slot]) -> np.ndarray:
    """What it costs, whole, to leave each slot open: by its priority, and by how late it is."""
    late_s = np.clip([one.elapsed_s - one.target_s for one in slots], 0.0, WAITING_MAX_S)
    waiting = _whole(WAITING) * milliseconds(late_s) // 60_000
    tenths = np.array([_TENTHS[one.priority] for one in slots], dtype=np.int64)
    return tenths * (_whole(UNMET_FACTOR) + waiting) // 10 * 1_000


def costs(situation: Situation) -> np.ndarray:
    """Whole costs, slots by units; impossible pairs are IMPOSSIBLE, far above every other price."""
    rows = np.arange(len(situation.slots))[:, None]
    return price_pairs(situation, rows, np.arange(len(situation.units))[None, :])


def price_pairs(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Whole costs of slots `rows` and units `columns`, two arrays that broadcast."""
    slots, fleet = situation.slots, situation.fleet
    shape = np.broadcast_shapes(rows.shape, columns.shape)
    if not slots or not situation.units:
        return np.full(shape, IMPOSSIBLE, dtype=np.int64)
    road_s = situation.road_s[columns, rows]
    eta_ms = fleet.mobilise_ms[columns] + milliseconds(np.minimum(road_s, FAR_S))
    steps = _steps(situation, rows, columns)
    total = _urgent(slots, rows, eta_ms)
    total += _whole(OVER_QUALIFIED) * fleet.spare[columns]
    total += _whole(ALTERNATIVE) * np.maximum(steps, 0)
    total += _switch(situation, rows, columns)
    total += _whole(situation.prices.level) * _crossed(situation, rows, columns)
    if situation.prices.cover:
        lost = _lost(situation, rows, columns)
        total += _whole(situation.prices.cover) * lost // WHOLE
    whole = total * 1_000 + (fleet.ranks % 1_000)[columns]
    whole -= PINNED * _pinned(situation, rows, columns)
    possible = (steps >= 0) & (road_s < FAR_S) & _may_turn(situation, rows, columns)
    possible &= _is_ours(situation, rows, columns)
    return np.where(possible & _is_wanted(situation, rows, columns), whole, IMPOSSIBLE)


def _urgent(slots: Sequence[Slot], rows: np.ndarray, eta_ms: np.ndarray) -> np.ndarray:
    """The price of time: minutes and lateness, by the weight of each slot's priority."""
    tenths = np.array([_TENTHS[slot.priority] for slot in slots])[rows]
    elapsed_ms = milliseconds(np.array([slot.elapsed_s for slot in slots]))
    spent_ms = (elapsed_ms - milliseconds(np.array([slot.target_s for slot in slots])))[rows]
    return (tenths * (_minutes(eta_ms) + lateness(spent_ms + eta_ms)) + 5) // 10


def _minutes(eta_ms: np.ndarray) -> np.ndarray:
    """The price of a way's minutes at weight 1."""
    return (_whole(MINUTES_FACTOR) * eta_ms + 30_000) // 60_000


def _whole(price: float) -> int:
    """A price in millionths."""
    return round(price * WHOLE)


def _steps(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """By what each pair fills: one small table by what is asked for, not a question a pair."""
    kinds: dict[tuple[str, tuple[str, ...]], int] = {}
    asked = [
        kinds.setdefault((one.capability, one.alternatives), len(kinds)) for one in situation.slots
    ]
    table = np.array([situation.fleet.steps((name, *others)) for name, others in kinds])
    return table[np.array(asked)[rows], columns]


def _switch(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """What it costs to turn a unit round, or to stand one down."""
    if _nobody_is_under_way(situation):
        return np.zeros(np.broadcast_shapes(rows.shape, columns.shape), dtype=np.int64)
    is_held = np.array([one.held_by is not None for one in situation.slots])[rows]
    answering = situation.fleet.answering[columns]
    is_taken = (answering > 0) & (answering <= _urgency(situation.slots)[rows])
    return np.where((is_taken | is_held) & ~_own(situation, rows, columns), _whole(SWITCH), 0)


def _may_turn(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Who is under way may be sent to what is as urgent or more, unless it is bound."""
    if _nobody_is_under_way(situation):
        return np.ones(np.broadcast_shapes(rows.shape, columns.shape), dtype=bool)
    answering = situation.fleet.answering[columns]
    may_divert = np.array([one.may_divert for one in situation.slots])[rows]
    is_bound = situation.fleet.is_bound[columns]
    may_be_taken = may_divert & (_urgency(situation.slots)[rows] <= answering) & ~is_bound
    return (answering == 0) | may_be_taken | _own(situation, rows, columns)


def _nobody_is_under_way(situation: Situation) -> bool:
    if situation.fleet.is_anybody_under_way:
        return False
    return all(one.held_by is None for one in situation.slots)


def _own(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Which unit is under way to which slot."""
    place = situation.fleet.place
    held = np.array([place.get(one.held_by or "", -1) for one in situation.slots])
    return held[rows] == columns


def _pinned(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Which pair a dispatcher wants."""
    if not situation.fleet.is_kept.any():
        return np.zeros(np.broadcast_shapes(rows.shape, columns.shape), dtype=np.int64)
    number = {one: at for at, one in enumerate({slot.incident_id for slot in situation.slots})}
    wanted = np.array([number.get(one.pinned_to or "", -1) for one in situation.units])
    of = np.array([number[one.incident_id] for one in situation.slots])
    return (wanted[columns] == of[rows]).astype(np.int64)


def _is_ours(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Whose order each pair would be: of who answers for the slot, or given already."""
    found = commanded_pairs(situation.slots, situation.fleet, rows, columns)
    return found if found.all() else found | _own(situation, rows, columns)


def _is_wanted(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Which pair no dispatcher's word forbids: a unit kept for another incident, or a veto."""
    is_kept = situation.fleet.is_kept[columns]
    allowed = np.ones(np.broadcast_shapes(rows.shape, columns.shape), dtype=bool)
    if is_kept.any():
        allowed = ~is_kept | (_pinned(situation, rows, columns) == 1)
    place = situation.fleet.place
    width = len(situation.units)
    vetoed = [
        row * width + place[one]
        for row, slot in enumerate(situation.slots)
        for one in slot.vetoed
        if one in place
    ]
    return allowed & ~np.isin(rows * width + columns, vetoed) if vetoed else allowed


def _crossed(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """How many levels each pair crosses: `levels_crossed` for all, depth by depth."""
    fleet = situation.fleet
    places = [tuple((one.path or "").split(".")) if one.path else () for one in situation.slots]
    depth = max((len(one) for one in fleet.homes), default=0)
    if not depth or not any(places):
        return np.zeros(np.broadcast_shapes(rows.shape, columns.shape), dtype=np.int64)
    codes: dict[str, int] = {}
    own, there = (
        np.array([[_code(codes, one, at) for one in paths] for at in range(depth)])
        for paths in (fleet.homes, places)
    )
    home = fleet.home[columns]
    alike = np.ones(np.broadcast_shapes(rows.shape, columns.shape), dtype=bool)
    common = np.zeros(alike.shape, dtype=np.int64)
    for at in range(depth):
        alike = alike & (own[at][home] == there[at][rows]) & (own[at][home] >= 0)
        common += alike
    of_unit = np.array([len(one) for one in fleet.homes])[home]
    known = np.array([bool(one) for one in places])[rows]
    return np.where(known, of_unit - common, 0)


def _code(codes: dict[str, int], path: Sequence[str], at: int) -> int:
    return codes.setdefault(path[at], len(codes)) if at < len(path) else -1


def _lost(situation: Situation, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """The cover that each pair takes away."""
    names = sorted({one.capability for one in situation.slots})
    table = np.array([_losses(situation, name) for name in names])
    kind = np.array([names.index(one.capability) for one in situation.slots])
    return table[kind[rows], columns]


def cover_losses(situation: Situation, capability: str) -> np.ndarray:
    """By unit: how much dearer the stations' places are reached in the mean when it has gone.

    Dear is what `standby.curve` says of the seconds; who is nobody's nearest takes nothing away.
    """
    return _losses(situation, capability) / WHOLE


def _losses(situation: Situation, capability: str) -> np.ndarray:
    """The same in millionths."""
    lost = np.zeros(len(situation.units), dtype=np.int64)
    fleet = situation.fleet
    able = np.flatnonzero(fleet.can(capability) & (fleet.answering == 0))
    if not able.size or not situation.posts_s.shape[1]:
        return lost
    leave_s = fleet.mobilise_ms[able][:, None] / 1_000
    price = price_of(situation.posts_s[able] + leave_s, COVER_S)
    order = np.argsort(price, axis=0, kind="stable")
    posts = np.arange(price.shape[1])
    nearest = price[order[0], posts]
    worst = price_of(np.array([FAR_S]), COVER_S)[0]
    second = price[order[1], posts] if len(able) > 1 else np.full(len(posts), worst)
    np.add.at(lost, able[order[0]], second - nearest)
    return lost // len(posts)


def _urgency(slots: Sequence[Slot]) -> np.ndarray:
    return np.array([slot.priority for slot in slots])
