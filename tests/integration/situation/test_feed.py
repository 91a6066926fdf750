"""The feed over real sockets: a snapshot, then every change after it, provably none missed."""

import asyncio
import json
import struct
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
import websockets
from websockets.asyncio.client import ClientConnection, connect

from beaconfire_contracts.envelope import Scope
from beaconfire_contracts.facts.agency import AccessRevoked, GrantsChanged
from beaconfire_contracts.facts.dispatch import UnitRegistered
from beaconfire_contracts.facts.geo import IncidentPlaced
from beaconfire_contracts.facts.incident import IncidentClosed, IncidentOpened, IncidentTaken
from beaconfire_contracts.feed import SUBPROTOCOL, CloseCode
from beaconfire_contracts.ids import BodyId, IncidentId, PersonId, SeatId, UnitId
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.clock import wall_now
from beaconfire_platform.ids import new_id
from beaconfire_platform.positions import Fix
from beaconfire_testkit.builders import an_example_of
from beaconfire_testkit.service import ServiceUnderTest, a_subject, served


@dataclass
class Client:
    """A console's half of the feed: keeps what it was told and checks the chain."""

    socket: ClientConnection
    records: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    frames: list[dict[str, Any]] = field(default_factory=list)
    positions: list[bytes] = field(default_factory=list)
    pos: str = ""
    resume: str | None = None

    async def until(self, kind: str, **wanted: Any) -> dict[str, Any]:
        """Read until a frame of a kind with these members."""
        async with asyncio.timeout(10):
            while True:
                frame = await self.next()
                if frame["t"] == kind and all(frame.get(k) == v for k, v in wanted.items()):
                    return frame

    async def next(self) -> dict[str, Any]:
        """The next frame, taken in."""
        heard = await self.socket.recv()
        if isinstance(heard, bytes):
            self.positions.append(heard)
            return {"t": "positions"}
        frame = json.loads(heard)
        self.frames.append(frame)
        self._take(frame)
        return frame

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["t"] == "snapshot":
            self.pos = frame["pos"]
            for one in frame["records"]:
                self.records[one["kind"], one["id"], one["source"]] = one
        elif frame["t"] in ("change", "gone"):
            assert frame["prev"] == self.pos, "a frame was missed"
            self.pos = frame["pos"]
            one = frame.get("record", frame)
            if frame["t"] == "gone":
                self.records.pop((one["kind"], one["id"], one["source"]), None)
            else:
                self.records[one["kind"], one["id"], one["source"]] = one
        elif frame["t"] == "beat":
            self.resume = frame["resume"]


@dataclass
class Feed:
    """The service on a port."""

    running: ServiceUnderTest
    host: str

    async def ticket(self, subject: Subject) -> str:
        """A ticket of somebody."""
        async with self.running.client(subject) as http:
            answer = await http.post("/v1/feed/ticket", json={})
        assert answer.status_code == 201, answer.text
        return answer.json()["ticket"]

    def connect(self, *subprotocols: str, origin: str | None = None) -> Any:
        """A socket with whatever it brings."""
        return connect(
            f"ws://{self.host}/v1/feed",
            subprotocols=[websockets.Subprotocol(one) for one in subprotocols],
            origin=None if origin is None else websockets.Origin(origin),
            proxy=None,
        )

    @asynccontextmanager
    async def reading(self, subject: Subject, resume: str | None = None) -> AsyncGenerator[Client]:
        """A subscribed console that has its picture."""
        async with self.connect(SUBPROTOCOL, await self.ticket(subject)) as socket:
            await socket.send(json.dumps({"t": "subscribe", "resume": resume}))
            client = Client(socket)
            if resume is None:
                await client.until("snapshot", more=False)
                await client.until("beat")
            yield client


@pytest.fixture
async def feed(situation: ServiceUnderTest) -> AsyncGenerator[Feed]:
    async with served(situation) as host:
        yield Feed(situation, host)


def opened(division: str = "akl", owner: str | None = None) -> IncidentOpened:
    example = an_example_of(IncidentOpened)
    body = replace(example.owner, body=BodyId(owner or new_id()))
    return replace(example, incident_id=IncidentId(new_id()), division=division, owner=body)


async def test_what_was_before_comes_whole_and_what_follows_at_once(feed: Feed) -> None:
    first = opened()
    await feed.running.tell(first)
    await asyncio.sleep(0.5)
    async with feed.reading(a_subject(Role.DISPATCHER)) as console:
        assert ("incident", first.incident_id, "incident") in console.records

        later = opened()
        began = asyncio.get_running_loop().time()
        await feed.running.tell(later)
        change = await console.until("change")

    assert change["record"]["id"] == later.incident_id
    assert change["fact"]["type"] == "beaconfire.incident.incident-opened.v1"
    assert asyncio.get_running_loop().time() - began < 5


async def test_whoever_writes_the_journal_every_client_is_told_each_change_once(feed: Feed) -> None:
    """What is folded here is handed on; what another process wrote lies between, and is read."""
    pool = feed.running.ground.database.pool
    elsewhere = """
        with numbered as (update head set pos = pos + 1 returning pos)
        insert into journal (pos, kind, id, source, version, data, told_at, actor, sight_before,
            sight_after, filed)
        select numbered.pos, kind, id, source, version + 1, data, told_at, actor, sight_before,
            sight_after, filed
        from numbered, (select * from journal order by random() limit 1) as any_change
    """
    subject = a_subject(Role.DISPATCHER)
    async with feed.reading(subject) as console:
        await feed.running.tell(opened())
        changes = [await console.until("change")]
        for burst in (1, 3, 2, 8, 1, 5):
            await feed.running.tell(*(opened() for _ in range(burst)))
            await asyncio.sleep(0.02 * burst)
            await pool.execute(elsewhere)
        at = await pool.fetchval("select pos from head")
        while len(changes) < at:
            changes.append(await console.until("change"))
        beat = await console.until("beat", pos=console.pos)

    assert len(changes) == at
    assert beat["pos"] == changes[-1]["pos"]


async def test_the_state_of_a_quiet_client_hashes_to_what_the_server_says(feed: Feed) -> None:
    from_client = a_subject(Role.DISPATCHER)
    async with feed.reading(from_client) as console:
        one = opened()
        await feed.running.tell(one, IncidentTaken(one.incident_id, SeatId("s"), PersonId("p")))
        await console.until("change")
        await console.until("change")
        beat = await console.until("beat", pos=console.pos)
        async with feed.running.client(from_client) as http:
            picture = (await http.get("/v1/picture")).json()

    told = {(one["kind"], one["id"], one["source"]): one for one in picture["records"]}
    assert told == console.records
    assert beat["hash"] == picture["hash"]


async def test_what_is_over_goes_for_every_client_and_the_hashes_still_agree(feed: Feed) -> None:
    subject = a_subject(Role.DISPATCHER)
    over, going_on = opened(), opened()
    closed = replace(an_example_of(IncidentClosed), incident_id=over.incident_id)
    async with feed.reading(subject) as console:
        await feed.running.tell(over, closed, going_on)
        for _ in range(3):
            await console.until("change")
        await console.until("beat", pos=console.pos)
        await feed.running.ground.database.pool.execute(
            "update sight set over_at = over_at - interval '1 day' where over_at is not null"
        )
        gone = await console.until("gone", id=over.incident_id)
        beat = await console.until("beat", pos=console.pos)
        async with feed.reading(subject, resume=console.resume) as late:
            late.pos = console.pos
            again = await late.until("beat")
        async with feed.running.client(subject) as http:
            picture = (await http.get("/v1/picture")).json()

    assert gone["source"] == "incident"
    assert {key[1] for key in console.records} == {going_on.incident_id}
    assert beat["hash"] == again["hash"] == picture["hash"]


async def test_a_ticket_opens_one_socket_and_no_second(feed: Feed) -> None:
    ticket = await feed.ticket(a_subject(Role.DISPATCHER))
    async with feed.connect(SUBPROTOCOL, ticket):
        with pytest.raises(websockets.InvalidStatus) as refused:
            await feed.connect(SUBPROTOCOL, ticket)
    assert refused.value.response.status_code == 401


@pytest.mark.parametrize(
    ("subprotocols", "origin", "status"),
    [
        ((), None, 400),
        ((SUBPROTOCOL,), None, 400),
        ((SUBPROTOCOL, "made-up"), None, 401),
        ((SUBPROTOCOL, "x" * 65), None, 401),
        ((SUBPROTOCOL, "made-up"), "http://elsewhere.example", 403),
    ],
)
async def test_whoever_brings_no_ticket_of_ours_does_not_come_in(
    feed: Feed, subprotocols: tuple[str, ...], origin: str | None, status: int
) -> None:
    with pytest.raises(websockets.InvalidStatus) as refused:
        await feed.connect(*subprotocols, origin=origin)
    assert refused.value.response.status_code == status


async def test_an_incident_that_moves_away_is_gone_for_one_and_whole_for_the_other(
    feed: Feed,
) -> None:
    one = opened("akl.north")
    north = a_subject(Role.DISPATCHER, reach="akl.north")
    south = a_subject(Role.DISPATCHER, reach="akl.south")
    async with feed.reading(north) as mine, feed.reading(south) as theirs:
        await feed.running.tell(one)
        await mine.until("change")
        placed = replace(
            an_example_of(IncidentPlaced), incident_id=one.incident_id, path="akl.south.c1"
        )
        await feed.running.tell(placed)
        await mine.until("gone", source="incident")
        await theirs.until("change")
        await theirs.until("change")

    assert not [key for key in mine.records if key[1] == one.incident_id]
    assert {key[2] for key in theirs.records if key[1] == one.incident_id} == {"incident", "geo"}


async def test_whoever_owns_an_incident_sees_it_wherever_it_lies(feed: Feed) -> None:
    body = new_id()
    owner = a_subject(Role.DISPATCHER, reach="elsewhere", body=body)
    async with feed.reading(owner) as console:
        await feed.running.tell(opened("akl"), opened("akl", owner=body))
        change = await console.until("change")
    assert change["record"]["data"]["owner"]["body"] == body


async def test_a_broken_connection_goes_on_without_a_snapshot(feed: Feed) -> None:
    subject = a_subject(Role.DISPATCHER)
    one = opened()
    async with feed.reading(subject) as console:
        await feed.running.tell(one)
        await console.until("change")
        await console.until("beat", pos=console.pos)
    closed = an_example_of(IncidentClosed)
    await feed.running.tell(replace(closed, incident_id=one.incident_id))
    await asyncio.sleep(0.5)

    async with feed.reading(subject, resume=console.resume) as again:
        again.pos = console.pos
        change = await again.until("change")

    assert change["record"]["data"]["status"] == "closed"
    assert not [frame for frame in again.frames if frame["t"] == "snapshot"]


async def test_a_token_of_other_rights_begins_anew(feed: Feed) -> None:
    async with feed.reading(a_subject(Role.DISPATCHER)) as console:
        token = console.resume
    async with feed.connect(
        SUBPROTOCOL, await feed.ticket(a_subject(Role.DISPATCHER, reach="akl.south"))
    ) as socket:
        await socket.send(json.dumps({"t": "subscribe", "resume": token}))
        client = Client(socket)
        await client.until("snapshot", more=False)


async def test_whoever_missed_something_asks_and_gets_all(feed: Feed) -> None:
    async with feed.reading(a_subject(Role.DISPATCHER)) as console:
        await console.socket.send(json.dumps({"t": "resync", "have": "0"}))
        await console.until("snapshot", more=False)


@pytest.mark.parametrize("said", ["not json", '{"t":"resync"}', '{"t":"dance"}', "[]"])
async def test_whoever_speaks_nonsense_is_told_and_closed(feed: Feed, said: str) -> None:
    async with feed.connect(SUBPROTOCOL, await feed.ticket(a_subject(Role.DISPATCHER))) as socket:
        await socket.send(said)
        assert json.loads(await socket.recv())["code"] == "bad_frame"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.BAD_FRAME


async def test_whose_rights_change_opens_again_as_what_they_are_now(feed: Feed) -> None:
    subject = a_subject(Role.DISPATCHER)
    async with feed.reading(subject) as console:
        await feed.running.tell(GrantsChanged(PersonId(subject.id), ()))
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await console.until("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.RESYNC


async def test_whose_access_was_revoked_is_closed_within_five_seconds(feed: Feed) -> None:
    subject = a_subject(Role.DISPATCHER)
    async with feed.reading(subject) as console:
        fact = AccessRevoked(PersonId(subject.id), wall_now(), epoch=1)
        feed.running.ground.verifier.revocations.revoke(fact)
        await feed.running.tell(fact)
        with pytest.raises(websockets.ConnectionClosed) as closed:
            async with asyncio.timeout(5):
                await console.until("never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.UNAUTHENTICATED


async def test_whose_session_or_token_ends_is_closed_and_no_other(feed: Feed) -> None:
    lasting = replace(a_subject(Role.DISPATCHER), ends_at=wall_now() + timedelta(hours=12))
    ending = replace(lasting, ends_at=wall_now() + timedelta(seconds=1.5))
    async with feed.reading(lasting) as goes_on, feed.reading(ending) as console:
        with pytest.raises(websockets.ConnectionClosed) as closed:
            async with asyncio.timeout(8):
                await console.until("never")
        await goes_on.until("beat")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == CloseCode.UNAUTHENTICATED


async def test_a_moving_unit_is_sixteen_bytes_to_those_who_see_it(feed: Feed) -> None:
    unit = replace(an_example_of(UnitRegistered), unit_id=UnitId(new_id()), division="akl.north")
    await feed.running.tell(unit, scope=Scope())
    await asyncio.sleep(0.5)
    fix = Fix(unit.unit_id, 174.75, -36.85, wall_now(), heading_deg=90.0)
    async with (
        feed.reading(a_subject(Role.DISPATCHER, reach="akl.north")) as console,
        feed.reading(a_subject(Role.DISPATCHER, reach="akl.south")) as elsewhere,
    ):
        [told] = [one for one in console.frames if one["t"] == "units"]
        feed.running.ground.positions.publish([fix])
        await console.until("positions")
        await elsewhere.until("beat")

    handle, lon, lat, heading, _, _ = struct.unpack("<IiiHBB", console.positions[-1])
    assert (handle, lon, lat, heading) == (
        told["handles"][unit.unit_id], 1_747_500_000, -368_500_000, 90,
    )  # fmt: skip
    assert not elsewhere.positions


async def test_a_reader_who_does_not_read_slows_nobody(feed: Feed) -> None:
    slow = await feed.connect(SUBPROTOCOL, await feed.ticket(a_subject(Role.DISPATCHER)))
    await slow.send(json.dumps({"t": "subscribe", "resume": None}))
    slow.transport.pause_reading()
    async with feed.reading(a_subject(Role.DISPATCHER)) as quick:
        for _ in range(30):
            await feed.running.tell(opened())
        async with asyncio.timeout(10):
            while len([one for one in quick.records if one[0] == "incident"]) < 30:
                await quick.next()
    slow.transport.abort()
