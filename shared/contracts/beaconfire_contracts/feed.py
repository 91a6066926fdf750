"""The frames of `/v1/feed`, subprotocol `beaconfire.feed.v1`, from situation to a console.

A text frame is one JSON object whose member `t` names it. A binary frame carries positions:
a sequence of 16-byte entries, little endian: u32 handle, i32 longitude and i32 latitude in 1e-7
degrees, u16 heading in degrees (65535 unknown), u8 unit status (its place in `STATUS_ORDER`),
u8 age: 0 heard from, else for how many whole minutes a unit under way was not (255: or longer).
Handles hold for one `epoch` and are told by `UnitHandles`.

Order: `snapshot` parts (the last has `more` false), then `change` and `gone`, each naming as `prev`
the position of the frame before it on this subscription. A client whose own position is not `prev`
has missed something and sends `resync`. Positions are decimal strings.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Final

from beaconfire_contracts.vocabulary import UnitStatus

PATH: Final = "/v1/feed"
SUBPROTOCOL: Final = "beaconfire.feed.v1"
POSITION_ENTRY_BYTES: Final = 16
HEADING_UNKNOWN: Final = 65_535
STATUS_ORDER: Final[tuple[UnitStatus, ...]] = tuple(UnitStatus)
HEARTBEAT_S: Final = 2.0
POSITION_STALE_AFTER_S: Final = 60.0
"""Seconds of the wall after which a position says only where a unit was. Vehicles tell theirs each
second on the road; a minute is longer than a tunnel or a terminal that starts anew."""
SNAPSHOT_PART_RECORDS_MAX: Final = 2_000
"""Records in one snapshot frame, so that no frame is larger than about 2 MB."""


class CloseCode(IntEnum):
    """Why the feed closed a socket; below 4400 the codes of RFC 6455 hold."""

    BAD_FRAME = 4400
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    RESYNC = 4408
    TOO_MANY = 4429
    GOING_AWAY = 1001


@dataclass(frozen=True, slots=True)
class Record:
    """One thing in the picture, as told by one stream; a client keeps the higher version."""

    kind: str
    id: str
    source: str
    version: int
    data: dict[str, object]


@dataclass(frozen=True, slots=True)
class FactBrief:
    """Which fact made a change, enough for a line of the timeline."""

    id: str
    type: str
    key: str
    time: datetime
    actor: str
    seat: str | None


@dataclass(frozen=True, slots=True)
class SnapshotFrame:
    """`t: snapshot`: a part of the whole picture at `pos`; `more` says that parts follow."""

    pos: str
    epoch: str
    more: bool
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class ChangeFrame:
    """`t: change`: one record as it is now, and the fact that made it so."""

    pos: str
    prev: str
    record: Record
    fact: FactBrief


@dataclass(frozen=True, slots=True)
class GoneFrame:
    """`t: gone`: a record is no longer yours to see, or no longer part of the picture."""

    pos: str
    prev: str
    kind: str
    id: str
    source: str


@dataclass(frozen=True, slots=True)
class BeatFrame:
    """`t: beat`, every two seconds: head position, clocks, and the hash of what you may see.

    `hash` is SHA-256 in hex over the sorted lines `kind:id:source:version` of your records;
    `resume` is the token by which you go on after a broken connection.
    """

    pos: str
    server_time: datetime
    business_time: datetime
    speed: float
    paused: bool
    hash: str | None = None
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class UnitHandles:
    """`t: units`: the handle of each unit in binary frames, for one epoch."""

    epoch: str
    handles: dict[str, int]


@dataclass(frozen=True, slots=True)
class ErrorFrame:
    """`t: error`: what was wrong with a frame of yours; the socket may close after it."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class SubscribeFrame:
    """`t: subscribe`, from the client, first: begin anew, or go on from a resume token."""

    resume: str | None = None


@dataclass(frozen=True, slots=True)
class ResyncFrame:
    """`t: resync`, from the client: I missed something; send a snapshot."""

    have: str
