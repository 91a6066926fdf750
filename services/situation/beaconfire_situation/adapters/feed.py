"""The feed of this process: follows the journal, keeps the picture, tells every reader at once."""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from beaconfire_contracts.feed import HEARTBEAT_S, CloseCode
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.access.tokens import Verifier
from beaconfire_platform.clock import Clock, wall_now
from beaconfire_platform.database import TROUBLE
from beaconfire_platform.doorbell import Doorbell
from beaconfire_platform.web.socket import Socket
from beaconfire_situation.adapters.frames import ChangeBody
from beaconfire_situation.adapters.markers import Markers
from beaconfire_situation.adapters.postgres import Journal
from beaconfire_situation.adapters.reader import Reader
from beaconfire_situation.application.queries import Sees, Shown
from beaconfire_situation.domain.picture import Change, Picture

CHANGES_AT_ONCE_MAX: Final = 500
REMEMBERED_CHANGES_MAX: Final = 20_000
"""Who was away for less than this many changes goes on without a snapshot (about 20 MB)."""
READERS_MAX: Final = 1_000
POLL_S: Final = 0.2
_log: Final = structlog.get_logger(__name__)


class Feed:
    """The picture in memory and whoever looks at it."""

    def __init__(
        self,
        journal: Journal,
        changes: Doorbell,
        clock: Clock,
        verifier: Verifier,
        markers: Markers,
    ) -> None:
        """Nothing is loaded yet: `load()` first. `changes` rings when the journal has grown here;
        what another process wrote is found by looking.
        """
        self._journal = journal
        self._changes = changes
        self._clock = clock
        self._verifier = verifier
        self._markers = markers
        self._picture = Picture((), {}, 0)
        self._epoch = ""
        self._readers: set[Reader] = set()
        self._handed: list[Change] = []
        self._recent: deque[ChangeBody] = deque(maxlen=REMEMBERED_CHANGES_MAX)

    @property
    def readers(self) -> int:
        """How many look at this moment."""
        return len(self._readers)

    @property
    def picture(self) -> Picture:
        """The picture at this moment."""
        return self._picture

    async def load(self) -> None:
        """Load the picture as it stands."""
        self._picture, self._epoch = await self._journal.load()

    def now(self, sees: Sees) -> Shown:
        """All that somebody may see."""
        return Shown(self._picture.pos, self._epoch, list(self._picture.visible(sees)))

    async def at(self, sees: Sees, moment: datetime) -> Shown:
        """All that they could have seen of what was known at a moment."""
        past = await self._journal.at(moment)
        return Shown(past.pos, self._epoch, list(past.visible(sees)))

    def join(self, subject: Subject, socket: Socket, resume: str | None) -> Reader | None:
        """A new reader: goes on where they were, or begins with a snapshot; None when full."""
        if len(self._readers) >= READERS_MAX:
            socket.close(CloseCode.TOO_MANY, "too many readers")
            return None
        reader = Reader(subject, socket, self._epoch)
        since = reader.resumes_at(resume)
        if since is not None and self._remembers(since):
            reader.go_on(since)
            for body in self._recent:
                if body.change.pos > since:
                    reader.offer(body, self._picture)
        else:
            reader.begin(self._picture)
        self._readers.add(reader)
        self._markers.introduce(reader, self._picture)
        self._beat(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """The socket is gone."""
        self._readers.discard(reader)

    def again(self, reader: Reader) -> None:
        """The reader missed something: all from the beginning."""
        reader.begin_again(self._picture)
        self._markers.introduce(reader, self._picture)

    def recheck(self, person_id: str) -> None:
        """A person's rights changed: their sockets close, and open again as what they are now."""
        for reader in [one for one in self._readers if one.subject.id == person_id]:
            revoked = self._verifier.revocations.covers(reader.subject)
            code = CloseCode.UNAUTHENTICATED if revoked else CloseCode.RESYNC
            reader.socket.close(code, "rights changed")
            self._readers.discard(reader)

    async def follow_forever(self) -> None:
        """Follow the journal and tell everybody; a database that is away is waited for."""
        while True:
            try:
                rings = self._changes.rings
                if await self.step() < CHANGES_AT_ONCE_MAX:
                    await self._changes.wait(POLL_S, since=rings)
            except TROUBLE as error:
                _log.warning("feed_waits", error=type(error).__name__)
                await asyncio.sleep(1)

    async def step(self) -> int:
        """Take in what is new; returns how many changes that were."""
        handed, self._handed = self._handed, []
        changes = [one for one in handed if one.pos > self._picture.pos]
        if not changes or changes[0].pos != self._picture.pos + 1:
            changes = await self._journal.after(self._picture.pos, CHANGES_AT_ONCE_MAX)
        self._take([one for one in changes if one.pos > self._picture.pos])
        return len(changes)

    def hand(self, changes: Sequence[Change]) -> None:
        """What was written here just now: it need not be read again if it is what comes next.

        Whoever wrote it has nothing to do with what goes wrong while it is told.
        """
        is_next = not self._handed or not changes or changes[0].pos == self._handed[-1].pos + 1
        if is_next and len(self._handed) + len(changes) <= CHANGES_AT_ONCE_MAX:
            self._handed.extend(changes)
        else:
            self._handed.clear()  # the journal has them all
        self._changes.ring()

    def _take(self, changes: Sequence[Change]) -> None:
        for change in changes:
            self._picture.apply(change)
            body = ChangeBody(change)
            self._recent.append(body)
            for reader in tuple(self._readers):
                reader.offer(body, self._picture)
            self._markers.noticed(change, self._readers)

    async def beat_forever(self) -> None:
        """A beat every two seconds; whose rights or session ended is sent away."""
        while True:
            await asyncio.sleep(HEARTBEAT_S)
            for reader in tuple(self._readers):
                if self._verifier.revocations.covers(reader.subject):
                    self.recheck(reader.subject.id)
                elif reader.subject.has_ended(wall_now()):
                    reader.socket.close(CloseCode.UNAUTHENTICATED, "session ended")
                    self._readers.discard(reader)
                else:
                    self._beat(reader)

    async def mark_forever(self) -> None:
        """Tell positions as they come."""
        await self._markers.tell_forever(self._readers, lambda: self._picture)

    def _beat(self, reader: Reader) -> None:
        state = self._clock.state
        reader.beat(
            self._picture,
            server_time=wall_now(),
            business_time=self._clock.now(),
            speed=state.speed,
            paused=state.paused,
        )

    def _remembers(self, since: int) -> bool:
        if since > self._picture.pos:
            return False
        return since == self._picture.pos or (
            bool(self._recent) and self._recent[0].change.pos <= since + 1
        )
