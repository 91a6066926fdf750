"""Which agency answers for which matter where: rows of an edition, else by kind and level."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from beaconfire_contracts.ids import BodyId
from beaconfire_contracts.refusals import Invalid, Refusal
from beaconfire_contracts.vocabulary import BodyKind

RULES_MAX: Final = 5_000
"""Rows of an edition: a city's matters times its districts, with room."""
BREACHES_TOLD_MAX: Final = 100
"""Told by one refusal: whoever mends a file needs more than the first, and not all."""
ANSWERS_FOR_ALL: Final = (BodyKind.CENTRE, BodyKind.GOVERNMENT)
"""Who answers for what nobody else does: the centre of the place, else its government."""


class UnknownBody(Invalid):
    """No body has this code."""


class UnknownPlace(Invalid):
    """The grid has no area of this path."""


class SameMatterTwice(Invalid):
    """A matter has one agency in one area."""


class ChargeBasis(StrEnum):
    """Why it is this agency's (权责依据)."""

    ASSIGNED = "assigned"
    OWN_MATTER = "own_matter"
    BY_KIND = "by_kind"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class MatterRule:
    """One row of an edition: incidents of a type, and of all below it, in an area (权责清单行)."""

    type: str
    area: str
    body: str


@dataclass(frozen=True, slots=True)
class MatterEdition:
    """All rows in force in one version; 0 has none (权责清单)."""

    version: int
    rules: tuple[MatterRule, ...]

    def over(self, path: str | None) -> "MatterEdition":
        """The same with those rows alone whose area holds a path: of thousands a few."""
        return replace(self, rules=tuple(one for one in self.rules if _holds(one, path)))


@dataclass(frozen=True, slots=True)
class MatterDefault:
    """Which kinds of bodies answer for a type where no row says so, and at which levels (默认权责).

    The first kind that is there wins, of these the first level, of these the nearest.
    """

    type: str
    kinds: tuple[BodyKind, ...]
    levels: tuple[str, ...]
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body as agency told of it (已知机构)."""

    id: BodyId
    code: str
    kind: BodyKind
    level: str
    name_zh: str
    name_en: str
    division: str
    matters: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Charge:
    """Whose matter it is at a place, and why (主责机构)."""

    type: str
    body: KnownBody
    basis: ChargeBasis


def is_part(whole: str, part: str) -> bool:
    """Whether codes joined by points are these or go on from these."""
    return whole == part or whole.startswith(f"{part}.")


def charge_of(
    type_code: str,
    path: str | None,
    edition: MatterEdition,
    bodies: Sequence[KnownBody],
    defaults: Sequence[MatterDefault],
) -> Charge | None:
    """Whose an incident of a type is at a path; None alone where no body is known at all.

    By the row of the smallest area and the longest type, else by what bodies say are their own
    matters, else by kind and level, else whoever answers for all, at last whoever is highest.
    """
    by_code = {one.code: one for one in bodies}
    rows = [
        one
        for one in edition.rules
        if _holds(one, path) and is_part(type_code, one.type) and one.body in by_code
    ]
    if rows:
        row = max(rows, key=lambda one: (one.area.count("."), one.type.count("."), one.body))
        return Charge(type_code, by_code[row.body], ChargeBasis.ASSIGNED)
    here = [one for one in bodies if path is None or is_part(path, one.division)]
    own = [one for one in here if any(is_part(type_code, matter) for matter in one.matters)]
    if own:
        return Charge(type_code, min(own, key=_nearest), ChargeBasis.OWN_MATTER)
    default = _default(type_code, defaults)
    if default is not None and (fit := [one for one in here if one.kind in default.kinds]):
        return Charge(type_code, min(fit, key=lambda one: _by(default, one)), ChargeBasis.BY_KIND)
    for_all = [one for one in here if one.kind in ANSWERS_FOR_ALL] or here
    above = for_all or sorted(bodies, key=lambda one: (one.division.count("."), one.code))[:1]
    return Charge(type_code, min(above, key=_nearest), ChargeBasis.ABOVE) if above else None


def _holds(rule: MatterRule, path: str | None) -> bool:
    return path is not None and is_part(path, rule.area)


def _default(type_code: str, defaults: Sequence[MatterDefault]) -> MatterDefault | None:
    fit = [one for one in defaults if is_part(type_code, one.type)]
    return max(fit, key=lambda one: one.type.count("."), default=None)


def _nearest(one: KnownBody) -> tuple[int, str]:
    return -one.division.count("."), one.code


def _by(default: MatterDefault, one: KnownBody) -> tuple[int, int, int, str]:
    levels = default.levels
    level = levels.index(one.level) if one.level in levels else len(levels)
    return default.kinds.index(one.kind), level, *_nearest(one)


def check_matters(
    rules: Sequence[MatterRule], bodies: Iterable[KnownBody], known_areas: Iterable[str]
) -> None:
    """Refuse what could not be followed: the first breach, and a hundred of all in `rows`."""
    found = list(_breaches(rules, {one.code for one in bodies}, set(known_areas)))
    if not found:
        return
    first = found[0]
    told = [
        {"code": one.code, "detail": one.detail, "pointer": one.pointer, **one.fields}
        for one in found[:BREACHES_TOLD_MAX]
    ]
    more = first.fields | {"rows": told, "rows_wrong": len(found)}
    raise type(first)(first.detail, pointer=first.pointer, **more)


def _breaches(rules: Sequence[MatterRule], bodies: set[str], areas: set[str]) -> Iterator[Refusal]:
    seen: set[tuple[str, str]] = set()
    for nth, one in enumerate(rules):
        at = f"/rules/{nth}"
        if (one.type, one.area) in seen:
            yield SameMatterTwice(pointer=f"{at}/type")
        elif one.area not in areas:
            yield UnknownPlace(pointer=f"{at}/area", area=one.area)
        elif one.body not in bodies:
            yield UnknownBody(pointer=f"{at}/body", body=one.body)
        seen.add((one.type, one.area))
