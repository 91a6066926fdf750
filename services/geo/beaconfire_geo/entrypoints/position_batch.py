"""A batch of positions from its bytes to columns: what is wrong costs its own row and no other.

Rows are decoded by msgspec and judged as columns; a row that does not fit is looked at by the
schema that the documentation shows, which says what is wrong with it, or that nothing is.
"""

import math
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from msgspec import UNSET, UnsetType
from pydantic import ValidationError

from beaconfire_contracts.refusals import Invalid
from beaconfire_geo.domain.fixes import (
    FIXES_PER_BATCH_MAX,
    NotANumber,
    SwappedAxes,
    would_fit_swapped,
)
from beaconfire_geo.entrypoints.schemas import FixIn
from beaconfire_platform.fix_batch import FixBatch, Numbers, microseconds, moments
from beaconfire_platform.web.fields import DECIMALS_KEPT, UUID, YEAR_MAX, YEAR_MIN
from beaconfire_platform.web.strict_json import decode

_KEY: Final = b'":'
_ID: Final = re.compile(UUID)
_FIRST_US, _END_US = (
    microseconds(datetime(year, 1, 1, tzinfo=UTC)) for year in (YEAR_MIN, YEAR_MAX)
)
_SOMETIMES: Final = {"accuracy_m": 1e6, "heading_deg": 360.0, "speed_mps": 400.0}
"""What a fix may leave out, and the most that it may tell."""


class _Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A fix by its types alone; whether its numbers can be is asked of the columns."""

    unit_id: str
    lon: float
    lat: float
    observed_at: Annotated[datetime, msgspec.Meta(tz=True)]
    accuracy_m: float | UnsetType | None = UNSET
    heading_deg: float | UnsetType | None = UNSET
    speed_mps: float | UnsetType | None = UNSET


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    fixes: Annotated[list[_Row], msgspec.Meta(min_length=1, max_length=FIXES_PER_BATCH_MAX)]


_BODY: Final = msgspec.json.Decoder(_Body)


@dataclass(slots=True)
class ReadBatch:
    """The fixes that fit, the number of each one's row as sent, and why the others did not."""

    fixes: FixBatch
    rows: np.ndarray
    wrong: list[Invalid] = field(default_factory=list[Invalid])

    def without(self, wrong: Iterable[tuple[int, type[Invalid], str]]) -> "ReadBatch":
        """The batch less some of its fixes, by their places in it, each with its reason."""
        found = list(wrong)
        if not found:
            return self
        stays = np.ones(len(self.rows), dtype=bool)
        stays[[place for place, _, _ in found]] = False
        refused = [
            wrong_fix(kind, int(self.rows[place]), member=member) for place, kind, member in found
        ]
        return ReadBatch(self.fixes.take(stays), self.rows[stays], self.wrong + refused)


def wrong_fix(
    kind: type[Invalid], row: int, detail: str = "", *, member: str | None = None
) -> Invalid:
    """A refusal of one fix, with its number from 0 and a pointer."""
    pointer = f"/fixes/{row}" + ("" if member is None else f"/{member}")
    return kind(detail, pointer=pointer, row=row)


def read_batch(body: bytes) -> ReadBatch:
    """The fixes of a body; Invalid or Unreadable where it is no batch at all."""
    wrong: list[Invalid] = []
    told = _quickly(body)
    if told is None:
        found = [(row, _typed(one, row, wrong)) for row, one in enumerate(_slowly(body))]
        kept = [(row, one) for row, one in found if one is not None]
        numbers, told = np.array([row for row, _ in kept], dtype=np.intp), [one for _, one in kept]
    else:
        numbers = np.arange(len(told))
    fixes, fits = _columns(told)
    for place in np.flatnonzero(~fits).tolist():
        _look_at(msgspec.to_builtins(told[place]), int(numbers[place]), wrong)
    return ReadBatch(fixes if fits.all() else fixes.take(fits), numbers[fits], wrong)


def _quickly(body: bytes) -> list[_Row] | None:
    """All rows at once, where each has its types and no key stands twice; else None."""
    try:
        rows = _BODY.decode(body).fixes
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    left_out = sum([getattr(row, name) for row in rows].count(UNSET) for name in _SOMETIMES)
    members = 1 + len(rows) * len(_Row.__struct_fields__) - left_out
    return rows if body.count(_KEY) == members else None


def _slowly(body: bytes) -> list[Any]:
    """The rows as they were sent, whatever they are."""
    told = decode(body, lets_nan_through=True)
    if not isinstance(told, dict) or set(told) != {"fixes"} or not isinstance(told["fixes"], list):
        raise Invalid("a batch is an object with a list of `fixes` and no more", pointer="/fixes")
    if not 1 <= len(told["fixes"]) <= FIXES_PER_BATCH_MAX:
        raise Invalid(f"a batch has 1 to {FIXES_PER_BATCH_MAX} fixes", pointer="/fixes")
    return told["fixes"]


def _typed(told: Any, row: int, wrong: list[Invalid]) -> _Row | None:
    """A row with its types; what only the schema can read is read by it."""
    try:
        typed = msgspec.convert(told, _Row)
    except msgspec.ValidationError:
        fix = _look_at(told, row, wrong)
        return None if fix is None else _Row(**fix.model_dump())
    if all(math.isfinite(one) for one in told.values() if isinstance(one, float)):
        return typed
    _look_at(told, row, wrong)
    return None


def _look_at(told: Any, row: int, wrong: list[Invalid]) -> FixIn | None:
    """A row by its schema, or why it is refused."""
    try:
        return FixIn.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
    member = ".".join(map(str, first["loc"]))[:100] or None
    kind = _kind_of(told, first["type"], member)
    detail = "" if kind is not Invalid else first["msg"][:100]
    wrong.append(wrong_fix(kind, row, detail, member=member))
    return None


def _kind_of(told: Any, fault: str, member: str | None) -> type[Invalid]:
    if fault == "finite_number":
        return NotANumber
    if member in {"lon", "lat"} and isinstance(told, dict):
        lon, lat = told.get("lon"), told.get("lat")
        if isinstance(lon, int | float) and isinstance(lat, int | float):
            return SwappedAxes if would_fit_swapped(lon, lat) else Invalid
    return Invalid


def _columns(rows: Sequence[_Row]) -> tuple[FixBatch, np.ndarray]:
    """Rows as columns, and which of them the schema would take."""
    batch = FixBatch(
        [row.unit_id for row in rows],
        moments(row.observed_at for row in rows),
        np.array([row.lon for row in rows], dtype=float),
        np.array([row.lat for row in rows], dtype=float),
        *(_numbers([getattr(row, name) for row in rows]) for name in _SOMETIMES),
    )
    fits = _are_ids(batch.unit_ids) & (batch.observed_us >= _FIRST_US)
    fits &= (batch.observed_us < _END_US) & _within(batch.lon, 180) & _within(batch.lat, 90)
    for name, most in _SOMETIMES.items():
        column = getattr(batch, name)
        fits &= np.isnan(column) | ((column >= 0) & (column <= most))
    fits &= batch.heading_deg != _SOMETIMES["heading_deg"]
    lon, lat = (np.round(one, DECIMALS_KEPT) for one in (batch.lon, batch.lat))
    return replace(batch, lon=lon, lat=lat), fits


def _numbers(told: list[float | UnsetType | None]) -> Numbers:
    if UNSET in told:
        told = [None if one is UNSET else one for one in told]
    return np.array(told, dtype=float)


def _within(column: Numbers, most: float) -> np.ndarray:
    size = np.abs(column)
    return (size <= most) & ((size == 0) | (size >= sys.float_info.min))


def _are_ids(told: list[str]) -> np.ndarray:
    return np.fromiter((_ID.match(one) is not None for one in told), dtype=bool, count=len(told))
