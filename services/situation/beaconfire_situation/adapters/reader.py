"""One reader of the feed: what they may see, what was sent to them, and what they still owe us.

Each frame names the one before it on this subscription (R32). A slow reader is never waited for:
positions are left out until there is room, and one who does not read facts is sent away (R33). The
picture with which they begin is counted apart: it takes a slow line its time.
"""

import hashlib
from typing import Final

import msgspec

from beaconfire_contracts.feed import CloseCode, Record
from beaconfire_platform.access.allow import allow, may_ever
from beaconfire_platform.access.subject import Resource, Subject
from beaconfire_platform.web.socket import Socket
from beaconfire_situation.adapters.frames import (
    ChangeBody,
    frame,
    gone_frame,
    record_frame,
    snapshot_frames,
)
from beaconfire_situation.domain.picture import Picture
from beaconfire_situation.domain.sight import Sight

ACTION: Final = "picture.read"
FACTS_UNREAD_BYTES_MAX: Final = 4 * 2**20
"""Of what came after their snapshot so much may lie unread; beyond that they do not read."""
POSITIONS_UNREAD_BYTES_MAX: Final = 65_536
SIGHTS_REMEMBERED_MAX: Final = 20_000


class Eyes:
    """Which things one subject sees; decided by the one access rule, remembered by sight."""

    def __init__(self, subject: Subject) -> None:
        """Nothing is decided yet."""
        self.subject = subject
        self._decided: dict[Sight, bool] = {}

    def sees(self, sight: Sight | None) -> bool:
        """Whether the subject sees a thing with this sight."""
        if sight is None or sight.filed:
            return False
        known = self._decided.get(sight)
        if known is None:
            if len(self._decided) >= SIGHTS_REMEMBERED_MAX:
                self._decided.clear()
            known = self._decided[sight] = self._decide(sight)
        return known

    def _decide(self, sight: Sight) -> bool:
        if sight.everybody:
            return may_ever(self.subject, ACTION)
        resource = Resource(sight.path, sight.owner, frozenset(sight.participants))
        return allow(self.subject, ACTION, resource).allowed


class Reader:
    """One open socket that has subscribed."""

    def __init__(self, subject: Subject, socket: Socket, epoch: str) -> None:
        """Nothing is sent yet."""
        self.eyes = Eyes(subject)
        self.socket = socket
        self.owes_positions = False
        self._epoch = epoch
        self._prev = 0
        self._owed_bytes = 0
        self._since_bytes = 0
        self._hashed: tuple[int, str] | None = None
        self._hash_base = _fingerprint(subject)

    @property
    def subject(self) -> Subject:
        """Who reads."""
        return self.eyes.subject

    def resume_token(self) -> str:
        """From where, and seeing what, this reader may go on later."""
        return f"{self._epoch}.{self._prev}.{self._hash_base}"

    def resumes_at(self, token: str | None) -> int | None:
        """The number from which a token goes on; None when it must begin anew."""
        if token is None:
            return None
        epoch, _, rest = token.partition(".")
        pos, _, base = rest.partition(".")
        fits = epoch == self._epoch and base == self._hash_base
        return int(pos) if fits and pos.isascii() and pos.isdecimal() else None

    def begin(self, picture: Picture) -> None:
        """Send the whole picture."""
        records = self.visible(picture)
        for part in snapshot_frames(picture.pos, self._epoch, records):
            self.socket.send_text(part)
        self._owed_bytes, self._since_bytes = self.socket.unread_bytes, 0
        self._prev = picture.pos

    def begin_again(self, picture: Picture) -> None:
        """Send the whole picture once more, unless what was sent before still lies unread."""
        if self.socket.unread_bytes > FACTS_UNREAD_BYTES_MAX:
            self.socket.close(CloseCode.RESYNC, "you do not read")
        else:
            self.begin(picture)

    def go_on(self, pos: int) -> None:
        """The reader has everything up to `pos`."""
        self._prev = pos

    def offer(self, body: ChangeBody, picture: Picture) -> None:
        """Send what a change means for this reader, if it means anything."""
        change = body.change
        saw, sees = self.eyes.sees(change.before), self.eyes.sees(change.after)
        if saw and sees:
            self._send(body.frame(self._prev), change.pos)
        elif sees:
            for record in picture.of(change.thing):
                self._send(record_frame(record, change, self._prev), change.pos)
        elif saw:
            gone = [change.record] if change.after.filed else picture.of(change.thing)
            for record in gone:
                self._send(gone_frame(record, change.pos, self._prev), change.pos)

    def visible(self, picture: Picture) -> list[Record]:
        """All records that this reader sees."""
        return list(picture.visible(self.eyes.sees))

    def beat(self, picture: Picture, **clocks: object) -> None:
        """Say that we are there, what the head is, and what the reader's state should hash to."""
        if self._hashed is None or self._hashed[0] != picture.pos:
            self._hashed = (picture.pos, picture.version_hash(self.eyes.sees))
        self.socket.send_text(
            frame(
                "beat",
                pos=str(picture.pos),
                hash=self._hashed[1],
                resume=self.resume_token(),
                **clocks,
            )
        )

    def send_positions(self, payload: bytes) -> None:
        """Send positions if there is room; what has no room is owed and comes whole later."""
        if self.socket.unread_bytes > POSITIONS_UNREAD_BYTES_MAX:
            self.owes_positions = True
            return
        if payload:
            self.socket.send_binary(payload)

    def _send(self, payload: bytes, pos: int) -> None:
        if self._unread_since_snapshot() > FACTS_UNREAD_BYTES_MAX:
            self.socket.close(CloseCode.RESYNC, "you do not read")
            return
        self.socket.send_text(payload)
        self._since_bytes += len(payload)
        self._prev = pos

    def _unread_since_snapshot(self) -> int:
        """What is read first was sent first: of the unread, so much came after the snapshot."""
        unread = self.socket.unread_bytes
        return unread - max(0, min(self._owed_bytes, unread - self._since_bytes))


def _fingerprint(subject: Subject) -> str:
    """What a subscription sees by: another set of grants begins anew."""
    body = msgspec.json.encode([subject.id, subject.grants, sorted(subject.scopes)])
    return hashlib.sha256(body).hexdigest()[:16]
