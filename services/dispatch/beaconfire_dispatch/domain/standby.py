"""Where a free unit stands by: proposed by the engine, ordered or declined by a desk."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from beaconfire_contracts.facts.standing_by import StandbyDeclined, StandbyOrdered, StandbyProposed
from beaconfire_contracts.ids import StationId, UnitId
from beaconfire_contracts.refusals import Conflict
from beaconfire_contracts.vocabulary import StandbyReason

ASK_AGAIN: Final = timedelta(minutes=30)
"""Who was proposed a move is left in peace so long, whatever the desk said to it."""


class NothingProposed(Conflict):
    """No place is proposed for this unit any more."""


class StandbyState(StrEnum):
    """What became of a proposed place (备勤建议状态)."""

    PROPOSED = "proposed"
    ORDERED = "ordered"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Standby:
    """A unit's place until its next order: `fence` is that of its last one (备勤点)."""

    unit_id: UnitId
    station_id: StationId
    fence: int
    reason: StandbyReason | None
    """Nothing where a desk chose the place by itself."""
    gain: float
    """The part by which the next call's expected price falls: 0 to 1."""
    state: StandbyState
    since: datetime


def is_news(before: Standby | None, one: Standby) -> bool:
    """Whether a proposal is made: once a freeing, and a move again only after a while."""
    if before is None or before.fence != one.fence:
        return True
    return one.reason is StandbyReason.MOVE_UP and one.since - before.since >= ASK_AGAIN


def proposed(one: Standby) -> StandbyProposed:
    """What is told of a proposal."""
    reason = one.reason or StandbyReason.FREED
    return StandbyProposed(one.unit_id, one.station_id, reason, round(one.gain, 4), one.since)


def ordered(
    before: Standby | None, unit_id: UnitId, station_id: StationId, fence: int, at: datetime
) -> tuple[Standby, StandbyOrdered]:
    """The place that a desk sends a unit to, proposed or its own choice."""
    is_ours = before is not None and (before.station_id, before.fence) == (station_id, fence)
    one = Standby(
        unit_id, station_id, fence,
        before.reason if before is not None and is_ours else None,
        before.gain if before is not None and is_ours else 0.0,
        StandbyState.ORDERED, at,
    )  # fmt: skip
    return one, StandbyOrdered(unit_id, station_id, at)


def declined(one: Standby | None, fence: int, at: datetime) -> tuple[Standby, StandbyDeclined]:
    """A proposal that a desk will not follow."""
    if one is None or one.fence != fence or one.state is not StandbyState.PROPOSED:
        raise NothingProposed
    return (
        replace(one, state=StandbyState.DECLINED, since=at),
        StandbyDeclined(one.unit_id, one.station_id, at),
    )
