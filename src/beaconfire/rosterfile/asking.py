"""Rosters as the node takes them, made of a file's rows; what it refuses is told by row again."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from beaconfire.mapfile.rows import BadFile, BadRow, BadRows
from beaconfire.rosterfile.reading import RosterRow
from beaconfire.simulation.api import Api, Refused, all_items

AREAS_NAMED_AT_ONCE: Final = 1_000
AREAS_AT_ONCE_MAX: Final = 500
"""What the node sets in one transaction: all of a file or nothing."""
_POINTER: Final = re.compile(r"/rosters/(\d+)(?:/duties/(\d+))?")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request's body, and of each of its rosters and lines the row that it is made of."""

    body: dict[str, Any]
    rows: tuple[tuple[int, ...], ...]

    def wrong_rows(self, refused: Refused) -> BadRows | None:
        """The node's refusal by the file's rows; None where it names none."""
        problem = refused.problem
        alone = {"code": refused.code, "detail": problem.get("detail", "")}
        told: list[dict[str, Any]] = problem.get("rows") or [
            alone | {"pointer": problem.get("pointer")}
        ]
        found = [
            BadRow(row, one["code"], one["detail"])
            for one in told
            if (row := self._row(one.get("pointer"))) is not None
        ]
        return BadRows(sorted(found, key=lambda one: one.row)) if found else None

    def _row(self, pointer: str | None) -> int | None:
        said = _POINTER.match(pointer or "")
        if said is None or int(said[1]) >= len(self.rows):
            return None
        lines = self.rows[int(said[1])]
        return lines[min(int(said[2] or 0), len(lines) - 1)]


@dataclass(frozen=True, slots=True)
class Register:
    """What the file may name: people by sign-in name, bodies by code, areas by path or code."""

    people: Mapping[str, str]
    bodies: Mapping[str, str]
    areas: Mapping[str, str]


async def register_of(api: Api, rows: Sequence[RosterRow]) -> Register:
    """Asked of the node, as far as whoever imports may read it."""
    people = await all_items(api, "/v1/people") if any(one.person for one in rows) else []
    bodies = await all_items(api, "/v1/bodies") if any(one.body for one in rows) else []
    names = sorted({one.area for one in rows})
    areas: dict[str, str] = {}
    for first in range(0, len(names), AREAS_NAMED_AT_ONCE):
        some = names[first : first + AREAS_NAMED_AT_ONCE]
        told = await api.post("/v1/areas", {"areas": some})
        areas |= {one["asked"]: one["path"] for one in told["items"]}
    return Register(
        {one["sign_in"]: one["id"] for one in people} | {one["id"]: one["id"] for one in people},
        {one["code"]: one["id"] for one in bodies} | {one["id"]: one["id"] for one in bodies},
        areas,
    )


def asked_of(rows: Sequence[RosterRow], known: Register) -> Asked:
    """One roster an area, its lines in the file's order; BadRows for names that nobody has."""
    if wrong := [bad for one in rows if (bad := _unknown(one, known)) is not None]:
        raise BadRows(wrong)
    by_area: dict[str, list[RosterRow]] = {}
    for one in rows:
        by_area.setdefault(known.areas[one.area], []).append(one)
    if len(by_area) > AREAS_AT_ONCE_MAX:
        raise BadFile("too_many_areas", f"{len(by_area)} areas; {AREAS_AT_ONCE_MAX} at once")
    rosters = [
        {"area": area, "zone": lines[0].zone, "duties": [_line(one, known) for one in lines]}
        for area, lines in by_area.items()
    ]
    numbers = tuple(tuple(one.row for one in lines) for lines in by_area.values())
    return Asked({"rosters": rosters}, numbers)


def _unknown(one: RosterRow, known: Register) -> BadRow | None:
    if one.area not in known.areas:
        return BadRow(one.row, "unknown_area", f"the grid has no {one.area}")
    if one.person is not None and one.person not in known.people:
        return BadRow(one.row, "unknown_person", f"nobody signs in as {one.person}")
    if one.body is not None and one.body not in known.bodies:
        return BadRow(one.row, "unknown_body", f"no body has the code {one.body}")
    return None


def _line(one: RosterRow, known: Register) -> dict[str, Any]:
    return {
        "part": one.part.value,
        "person_id": None if one.person is None else known.people[one.person],
        "body": None if one.body is None else known.bodies[one.body],
        "weekdays": list(one.weekdays),
        "begins": one.begins,
        "ends": one.ends,
        "from_at": one.from_at,
        "until_at": one.until_at,
    }
