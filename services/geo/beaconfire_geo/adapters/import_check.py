"""Checks a map in a process of its own: row by row from its file, within limits (R65).

Half a gigabyte of objects is made of a map of 30 MB; here they are somebody else's memory, and what
nobody can judge in time ends this process and no other. It writes how far it is and at last what it
found on standard output, a JSON line each, and the areas into a file, batch by batch.
"""

import asyncio
import mmap
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from beaconfire_contracts.refusals import Invalid, Refusal
from beaconfire_geo.adapters.area_rows import AreaRow, read_batches, write_rows
from beaconfire_geo.adapters.layer_file import (
    FeatureOf,
    Findings,
    Reading,
    WrongCrs,
    areas_of,
    content_hash,
    system_of,
)
from beaconfire_geo.adapters.seams import IMPORT, seams_of
from beaconfire_geo.application.desks import Preview
from beaconfire_geo.domain.changes import changes_between
from beaconfire_geo.domain.fit import NOWHERE_YET
from beaconfire_geo.domain.layer_import import CheckedMap
from beaconfire_geo.domain.layers import AREAS_MAX, ReleasedLayer, wrong_row
from beaconfire_geo.domain.levels import Levels, OtherKind
from beaconfire_geo.domain.matters import KnownBody
from beaconfire_geo.domain.stations import stations_seen
from beaconfire_platform.web.strict_json import Unreadable, decode

MEMORY_BYTES_MAX: Final = 3 * 2**30
"""Of addresses: 250,000 areas, those in force beside them, and a body of 256 MiB."""
CPU_S_MAX: Final = 600
TOLD_EVERY_ROWS: Final = 1_000

ReadFeature = Callable[[Any], FeatureOf]
"""One row by its schema; ValueError where it does not fit."""


class Asked(msgspec.Struct):
    """What is to be checked: the file, its layer's version in force, where the areas go.

    `bodies` are those whose stations may be.
    """

    body: str
    before: str
    into: str
    layer: str
    crs: str
    kind: str | None
    head: ReleasedLayer | None
    ground: list[float] | None = None
    """The bounds of the grid in force."""
    bodies: tuple[KnownBody, ...] = ()


class Told(msgspec.Struct):
    """A line of what is told: how far it is, at last what it is or why it is refused."""

    rows: int | None = None
    rows_read: int = 0
    checked: CheckedMap | None = None
    problem: dict[str, Any] | None = None


class TooManyRows(Invalid):
    """A map has at most 250,000 rows."""


class UnreadableRow(Invalid):
    """A row is not JSON as RFC 8259 has it."""


class _Collection(msgspec.Struct, forbid_unknown_fields=True):
    """A feature collection whose features are not looked at yet."""

    type: str
    features: list[msgspec.Raw]
    crs: Any = None
    kind: Any = None
    name: Any = None


def check(
    asked: Asked, levels: Levels, read: ReadFeature, shown: Callable[..., dict[str, Any]]
) -> CheckedMap:
    """All of it; a Refusal names what is wrong."""
    ground = NOWHERE_YET if asked.ground is None else np.array(asked.ground)
    codes = [one.code for one in asked.bodies]
    reading = Reading.of(asked.crs, levels, asked.kind, ground=ground, bodies=codes)
    raw = _features(Path(asked.body), reading)
    before = [one.area() for one in _rows(Path(asked.before))]
    found = Findings()
    areas = areas_of(_each(raw, read, found), reading, before, found)
    del raw
    sha256 = content_hash(areas)
    changes = changes_between(before, areas)
    seams = asyncio.run(seams_of(areas, levels, IMPORT))
    stations = stations_seen(before, areas, found.rows, asked.bodies)
    preview = Preview(asked.head, len(areas), sha256, changes, seams, stations)
    with Path(asked.into).open("wb") as file:
        write_rows(file, map(AreaRow.of, areas))
    tops = tuple((one.code, one.level) for one in areas if one.parent is None)
    based_on = 0 if asked.head is None else asked.head.version
    return CheckedMap(len(areas), sha256, based_on, tops, shown(preview))


def main(levels: Levels, read: ReadFeature, shown: Callable[..., dict[str, Any]]) -> None:
    """What is asked comes in on standard input; lines go out until it is done."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S_MAX, CPU_S_MAX))
    asked = msgspec.json.decode(sys.stdin.buffer.read(), type=Asked)
    try:
        told = Told(checked=check(asked, levels, read, shown))
    except Refusal as refusal:
        told = Told(problem=_problem(refusal))
    except MemoryError:  # within its limits, which is the map's fault: as if it had been stopped
        os.kill(os.getpid(), signal.SIGKILL)
        return
    _tell(told)


def _rows(path: Path) -> Iterator[AreaRow]:
    with path.open("rb") as file:
        for batch in read_batches(file):
            yield from batch


def _features(path: Path, reading: Reading) -> list[msgspec.Raw]:
    """The features as they stand in the file; Unreadable or Invalid where it is no collection."""
    if not path.stat().st_size:
        raise Unreadable("the file is empty")
    with path.open("rb") as file:
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        told = msgspec.json.decode(mapped, type=_Collection)
    except msgspec.ValidationError as error:
        raise Invalid(f"this is no feature collection: {str(error)[:100]}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(str(error)[:100]) from error
    if told.type != "FeatureCollection":
        raise Invalid("a FeatureCollection is wanted", pointer="/type")
    _agree(told, reading)
    if not told.features:
        raise Invalid("there is not one row in it", pointer="/features")
    if len(told.features) > AREAS_MAX:
        raise TooManyRows(f"{len(told.features)} rows, {AREAS_MAX} at most", pointer="/features")
    return told.features


def _agree(told: _Collection, reading: Reading) -> None:
    """A file that names a system or a kind names the one that was said of it."""
    named = told.crs
    if isinstance(named, dict):  # as GeoJSON had it before RFC 7946
        named = named.get("properties", {}).get("name")
    if told.crs is not None and system_of(str(named)).name != reading.system.name:
        raise WrongCrs(f"the file itself names {str(named)[:40]}", pointer="/crs")
    if told.kind not in (None, reading.kind):
        raise OtherKind(f"the file itself names {str(told.kind)[:40]}", pointer="/kind")


def _each(raw: list[msgspec.Raw], read: ReadFeature, found: Findings) -> Iterator[FeatureOf | None]:
    """Row by row; None for one that does not fit, with its reason among the findings."""
    for row, one in enumerate(raw):
        if not row % TOLD_EVERY_ROWS:
            _tell(Told(rows=len(raw), rows_read=row))
        yield _row(row, bytes(one), read, found)
    _tell(Told(rows=len(raw), rows_read=len(raw)))


def _row(row: int, raw: bytes, read: ReadFeature, found: Findings) -> FeatureOf | None:
    try:
        return read(decode(raw))
    except Unreadable as error:
        found.wrong.append(wrong_row(UnreadableRow, row, "", error.detail))
    except ValueError as error:
        found.wrong.append(wrong_row(Invalid, row, "", *_said(error)))
    found.has_gaps = True
    return None


def _said(error: ValueError) -> tuple[str, str]:
    """What a schema said first, and where."""
    errors = getattr(error, "errors", None)
    if errors is None:
        return str(error)[:100], ""
    first = errors(include_url=False, include_context=False)[0]
    return first["msg"][:100], "/" + "/".join(map(str, first["loc"]))


def _problem(refusal: Refusal) -> dict[str, Any]:
    told = {"code": refusal.code, "detail": refusal.detail, "pointer": refusal.pointer}
    return {name: one for name, one in (refusal.fields | told).items() if one is not None}


def _tell(told: Told) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()
