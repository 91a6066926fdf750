"""Is a report about an incident that is open already? An explained score; type never vetoes.

Of 759 pairs within 300 m and 10 min of Montgomery's calls, 475 cross services.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from beaconfire_contracts.ids import IncidentId
from beaconfire_contracts.locks import LockKey, bucket
from beaconfire_contracts.places import Place, Point
from beaconfire_spatial.buckets import buckets_of
from beaconfire_spatial.geometry import LonLat, distance_m

ATTACH_FROM: Final = 0.68
"""From here on two tellings are one incident without asking: same kind within about 120 m."""
ASK_FROM: Final = 0.30
"""From here on a person is asked: another kind at the same place, the same kind further off."""
DISTANCE_SCALE_M: Final = 220.0
TIME_SCALE: Final = timedelta(minutes=30)
WINDOW: Final = timedelta(minutes=90)
"""What nobody has told of for so long is another incident, however near."""
MATCH_RADIUS_M_MAX: Final = 1_000.0
UNCERTAINTY_DEFAULT_M: Final = 50.0
CANDIDATES_MAX: Final = 5
_WORD: Final = re.compile(r"[a-z0-9]{3,}|[\u4e00-\u9fff]+")
_COMMON: Final = frozenset({"the", "and", "there", "with", "has", "have", "was", "are", "for"})


@dataclass(frozen=True, slots=True)
class Telling:
    """What a score looks at: where, how surely, when last heard, of what kind, in which words."""

    point: Point
    uncertainty_m: float
    heard_at: datetime
    type: str | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open incident that a report may be about, its score and why (疑似重复)."""

    incident_id: IncidentId
    number: int
    score: float
    distance_m: float
    minutes: float
    shared_words: tuple[str, ...]
    same_type: bool


def words_of(text: str) -> frozenset[str]:
    """The words by which tellings are compared: English words, pairs of Chinese characters."""
    found: set[str] = set()
    for word in _WORD.findall(text.casefold()):
        if word.isascii():
            found.add(word)
        else:
            found.update(word[place : place + 2] for place in range(max(1, len(word) - 1)))
    return frozenset(found - _COMMON)


def match_radius_m(uncertainty_m: float) -> float:
    """How far around a report incidents are looked for."""
    return 500.0 + min(uncertainty_m, MATCH_RADIUS_M_MAX)


def buckets_at(place: Place) -> tuple[LockKey, ...]:
    """The locks of whatever is looked for around a place; none where it has no point."""
    if place.point is None:
        return ()
    radius_m = match_radius_m(place.uncertainty_m or UNCERTAINTY_DEFAULT_M)
    names = buckets_of(LonLat(place.point.lon, place.point.lat), radius_m) or ()
    return tuple(bucket(name) for name in names)


def score(report: Telling, known: Telling) -> float:
    """0 to 1: nearness with both uncertainties × recency × (0.5 + type + words)."""
    apart_m = max(0.0, _apart_m(report, known) - _slack_m(report, known))
    near = math.exp(-((apart_m / DISTANCE_SCALE_M) ** 2))
    silent = abs(report.heard_at - known.heard_at)
    if silent > WINDOW:
        return 0.0
    recent = math.exp(-(silent / TIME_SCALE))
    return (
        near
        * recent
        * (
            0.5
            + 0.3 * _kinship(report.type, known.type)
            + 0.2 * _overlap(report.words, known.words)
        )
    )


def candidates(
    report: Telling, known: Iterable[tuple[IncidentId, int, Telling]]
) -> Sequence[Candidate]:
    """The incidents worth asking about, best first, at most five; ties go to the older number."""
    found = [
        Candidate(
            incident_id=incident_id,
            number=number,
            score=round(value, 3),
            distance_m=round(_apart_m(report, telling), 1),
            minutes=round(abs(report.heard_at - telling.heard_at).total_seconds() / 60, 1),
            shared_words=tuple(sorted(report.words & telling.words))[:8],
            same_type=report.type is not None and report.type == telling.type,
        )
        for incident_id, number, telling in known
        if (value := score(report, telling)) >= ASK_FROM
    ]
    return sorted(found, key=lambda one: (-one.score, one.number))[:CANDIDATES_MAX]


def _apart_m(one: Telling, other: Telling) -> float:
    return distance_m(
        LonLat(one.point.lon, one.point.lat), LonLat(other.point.lon, other.point.lat)
    )


def _slack_m(one: Telling, other: Telling) -> float:
    """Half of both uncertainties together: two wide circles alone are no likeness."""
    return 0.5 * (min(one.uncertainty_m, 200.0) + min(other.uncertainty_m, 200.0))


def _kinship(one: str | None, other: str | None) -> float:
    if one is None or other is None:
        return 0.6
    if one == other:
        return 1.0
    return 0.6 if one.split(".")[0] == other.split(".")[0] else 0.2


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared words over those of the shorter telling; unknown when one said nothing."""
    if not one or not other:
        return 0.4
    return len(one & other) / min(len(one), len(other))
