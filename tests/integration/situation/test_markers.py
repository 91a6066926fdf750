"""Markers: handles for an epoch, the newest fix of each unit, told only to those who see it."""

import asyncio
import json
import struct
from dataclasses import dataclass, field
from typing import Any

import httpx

from beaconfire_contracts.feed import Record
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.clock import RunningClock, wall_now
from beaconfire_platform.positions import Fix, LocalPositionStream
from beaconfire_situation.adapters.markers import Markers
from beaconfire_situation.adapters.reader import Reader
from beaconfire_situation.domain.picture import Change, FactTold, Picture
from beaconfire_situation.domain.sight import Sight
from beaconfire_testkit.node import PATIENCE_S
from beaconfire_testkit.service import a_subject

NORTH = Sight(path="akl.north")


@dataclass
class Wire:
    """The sending half of a socket, which keeps what was sent."""

    unread_bytes: int = 0
    texts: list[dict[str, Any]] = field(default_factory=list)
    binary: list[bytes] = field(default_factory=list)

    def send_text(self, text: bytes) -> None:
        self.texts.append(json.loads(text))

    def send_binary(self, data: bytes) -> None:
        self.binary.append(data)

    def close(self, code: int, reason: str) -> None:
        del code, reason


def a_unit(name: str) -> Record:
    return Record("unit", name, "dispatch", 1, {"status": "en_route"})


def a_picture() -> Picture:
    units = [a_unit("u1"), a_unit("u2")]
    return Picture(units, {("unit", "u1"): NORTH, ("unit", "u2"): Sight(path="akl.south")}, 1)


def a_reader() -> tuple[Reader, Wire]:
    wire = Wire()
    return Reader(a_subject(Role.DISPATCHER, reach="akl.north"), wire, "e"), wire


async def test_a_reader_knows_the_handles_of_their_units_and_gets_those_fixes_only() -> None:
    stream = LocalPositionStream()
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=PATIENCE_S) as nobody:
        markers = Markers(stream, nobody, RunningClock())
        reader, wire = a_reader()
        picture = a_picture()
        markers.introduce(reader, picture)
        telling = asyncio.create_task(markers.tell_forever({reader}, lambda: picture))
        await asyncio.sleep(0)
        stream.publish([Fix(name, 174.7, -36.9, wall_now()) for name in ("u1", "u2", "unknown")])
        await asyncio.sleep(0.1)
        telling.cancel()

    assert list(wire.texts[0]["handles"]) == ["u1"]
    [entry] = wire.binary
    assert struct.unpack("<IiiHBB", entry)[0] == wire.texts[0]["handles"]["u1"]


async def test_what_had_no_room_comes_whole_when_there_is_some() -> None:
    stream = LocalPositionStream()
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=PATIENCE_S) as nobody:
        markers = Markers(stream, nobody, RunningClock())
        reader, wire = a_reader()
        picture = a_picture()
        telling = asyncio.create_task(markers.tell_forever({reader}, lambda: picture))
        await asyncio.sleep(0)
        wire.unread_bytes = 10**9
        stream.publish([Fix("u1", 174.7, -36.9, wall_now())])
        await asyncio.sleep(0.1)
        assert wire.binary == []

        wire.unread_bytes = 0
        stream.publish([Fix("u2", 174.7, -36.9, wall_now())])
        await asyncio.sleep(0.1)
        telling.cancel()

    assert len(wire.binary) == 1
    assert not reader.owes_positions


async def test_a_unit_that_is_new_gets_a_handle_before_its_first_fix() -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=PATIENCE_S) as nobody:
        markers = Markers(LocalPositionStream(), nobody, RunningClock())
        reader, wire = a_reader()
        fact = FactTold("f", "t", "2026-11-24T00:00:00Z", "ana", None)
        markers.noticed(Change(2, a_unit("u9"), None, NORTH, fact), [reader])

    assert list(wire.texts[0]["handles"]) == ["u9"]


async def test_a_unit_on_the_road_that_falls_silent_is_told_by_the_minute_and_heard_again() -> None:
    stream = LocalPositionStream()
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=PATIENCE_S) as nobody:
        markers = Markers(stream, nobody, RunningClock())
        reader, wire = a_reader()
        picture = a_picture()
        telling = asyncio.create_task(markers.tell_forever({reader}, lambda: picture))
        await asyncio.sleep(0)
        stream.publish([Fix("u1", 174.7, -36.9, wall_now())])
        await asyncio.sleep(0.1)
        now = asyncio.get_running_loop().time()
        for later in (0, 59, 61, 62, 121):
            markers.watch({reader}, picture, now + later)
        stream.publish([Fix("u1", 174.8, -36.9, wall_now())])
        await asyncio.sleep(0.1)
        telling.cancel()

    assert [struct.unpack("<IiiHBB", one)[-1] for one in wire.binary] == [0, 1, 2, 0]


async def test_a_unit_that_sets_out_is_given_its_minute_from_then() -> None:
    stream = LocalPositionStream()
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=PATIENCE_S) as nobody:
        markers = Markers(stream, nobody, RunningClock())
        reader, wire = a_reader()
        standing = Record("unit", "u1", "dispatch", 1, {"status": "in_service"})
        at_rest = Picture([standing], {("unit", "u1"): NORTH}, 1)
        telling = asyncio.create_task(markers.tell_forever({reader}, lambda: at_rest))
        await asyncio.sleep(0)
        stream.publish([Fix("u1", 174.7, -36.9, wall_now())])
        await asyncio.sleep(0.1)
        telling.cancel()
        now = asyncio.get_running_loop().time()
        for later in (0, 3_600):
            markers.watch({reader}, at_rest, now + later)
        for later in (3_601, 3_659, 3_662):
            markers.watch({reader}, a_picture(), now + later)

    assert [struct.unpack("<IiiHBB", one)[-1] for one in wire.binary] == [0, 1]
