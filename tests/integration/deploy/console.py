"""A dispatcher's console at one instance's feed: what it heard, and whether anything is missing."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from beaconfire_contracts.feed import PATH, SUBPROTOCOL
from beaconfire_testkit.node import PATIENCE_S

WAIT_S_MAX: Final = 60
Thing = tuple[str, str, str]
"""Kind, id and who tells of it."""
Change = tuple[int, Thing, int | None]
"""Position, thing and version; no version where it is gone."""


@dataclass(frozen=True)
class Mark:
    """What a console knew at a beat, and the token by which it goes on from there."""

    token: str
    pos: int
    records: dict[Thing, int]
    reports: set[str]


@dataclass
class Console:
    """Goes on where it stood, at whichever instance it is let listen next."""

    origin: str
    """The gateway: what every console is loaded from, and where it gets its tickets."""
    token: str
    records: dict[Thing, int] = field(default_factory=dict)
    """The version of each."""
    heard: list[Change] = field(default_factory=list)
    """In the order in which they came."""
    reports: set[str] = field(default_factory=set)
    """Those that an incident was heard to have."""
    flaws: list[str] = field(default_factory=list)
    """A frame that does not follow the one before it, a version told twice, a picture begun anew, a
    hash of another picture: none, when the feed keeps its promise."""
    pos: int = 0
    whole_at: int = 0
    """Where it was last told by a hash that it has everything."""
    began_at: int = 0
    """Where its picture began; all that changed since is in `heard`."""
    again: tuple[int, int] = (0, 0)
    """From where to where it was told again when it went on: a thing that it had not seen yet comes
    with all that is known of it by then, and its changes once more behind that."""
    _mark: Mark | None = None
    _is_again: bool = False
    _listening: "asyncio.Task[None] | None" = None

    def join(self, port: int) -> None:
        """Listen at the instance on this port, from the last mark: what came after it is told
        again.
        """
        if self._mark is not None:
            self.pos = self._mark.pos
            self.records, self.reports = dict(self._mark.records), set(self._mark.reports)
            self.heard = [one for one in self.heard if one[0] <= self.pos]
            self._is_again = True
        self._listening = asyncio.create_task(self._listen(port))

    async def left(self) -> None:
        """Wait until the socket has ended by itself."""
        assert self._listening is not None
        await self._listening

    async def close(self) -> None:
        """Listen no more."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait({self._listening})

    async def has(self, pos: int) -> None:
        """Wait until a beat proves that everything up to a position of the journal is here."""
        await self._until(lambda: self.whole_at >= pos)

    async def hears_more(self, reports: int) -> None:
        """Wait until it has heard of so many more reports."""
        wanted = len(self.reports) + reports
        await self._until(lambda: len(self.reports) >= wanted)

    def live(self, other: "Console", to: int) -> list[Change]:
        """What was heard up to a position as it came, where it came so to both."""
        return [
            one
            for one in self.heard
            if max(self.began_at, other.began_at) < one[0] <= to
            and not any(first < one[0] <= last for first, last in (self.again, other.again))
        ]

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(WAIT_S_MAX):
            while not true():
                assert self._listening is not None
                if self._listening.done():
                    self._listening.result()
                    raise AssertionError("its socket has ended")
                await asyncio.sleep(0.05)

    async def _listen(self, port: int) -> None:
        address = f"ws://127.0.0.1:{port}{PATH}"
        protocols = [Subprotocol(SUBPROTOCOL), Subprotocol(await self._entry())]
        async with connect(
            address,
            origin=Origin(f"http://127.0.0.1:{port}"),
            subprotocols=protocols,
            proxy=None,
            max_size=None,
        ) as socket:
            resume = None if self._mark is None else self._mark.token
            await socket.send(json.dumps({"t": "subscribe", "resume": resume}))
            with suppress(ConnectionClosed):
                async for message in socket:
                    if isinstance(message, str):
                        self.take(json.loads(message))

    async def _entry(self) -> str:
        async with httpx.AsyncClient(
            base_url=self.origin, trust_env=False, timeout=PATIENCE_S
        ) as http:
            bearer = {"Authorization": f"Bearer {self.token}"}
            answer = await http.post("/v1/feed/ticket", json={}, headers=bearer)
            answer.raise_for_status()
            return str(answer.json()["ticket"])

    def take(self, frame: dict[str, Any]) -> None:
        """One frame, in the order in which they come."""
        kind = frame["t"]
        if kind == "snapshot":
            self._begin(frame)
        elif kind in ("change", "gone"):
            self._change(frame)
        elif kind == "beat":
            self._prove(frame)

    def _begin(self, frame: dict[str, Any]) -> None:
        pos = int(frame["pos"])
        if not self.records:
            self.began_at = pos
        elif pos != self.began_at:
            self.flaws.append(f"begun anew at {pos}, and {self.pos} was before")
        self.pos = pos
        for one in frame["records"]:
            self._keep(one)

    def _change(self, frame: dict[str, Any]) -> None:
        if int(frame["prev"]) != self.pos:
            self.flaws.append(f"{frame['pos']} follows {frame['prev']}, and {self.pos} was before")
        self.pos = int(frame["pos"])
        record = frame.get("record", frame)
        thing = _thing(record)
        if frame["t"] == "gone":
            del self.records[thing]
        elif record["version"] > self.records.get(thing, 0):
            self._keep(record)
        elif not self._is_again:
            self.flaws.append(f"{thing} was {self.records[thing]}, is told {record['version']}")
        self.heard.append((self.pos, thing, record.get("version")))

    def _keep(self, record: dict[str, Any]) -> None:
        thing = _thing(record)
        self.records[thing] = record["version"]
        if thing[0] == thing[2] == "incident":
            self.reports.update(record["data"].get("report_ids", ()))

    def _prove(self, frame: dict[str, Any]) -> None:
        if self._is_again and self._mark is not None:
            self.again, self._is_again = (self._mark.pos, self.pos), False
        self._mark = Mark(frame["resume"], self.pos, dict(self.records), set(self.reports))
        lines = sorted(f"{':'.join(thing)}:{version}\n" for thing, version in self.records.items())
        if frame["hash"] == hashlib.sha256("".join(lines).encode()).hexdigest():
            self.whole_at = int(frame["pos"])
        else:
            self.flaws.append(f"at {frame['pos']} the picture is another one")


def _thing(record: dict[str, Any]) -> Thing:
    return record["kind"], record["id"], record["source"]
