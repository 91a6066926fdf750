"""The feed's door: one ticket, one subscription, nothing else said."""

import http
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from beaconfire_contracts.feed import PATH, SUBPROTOCOL, CloseCode
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.subject import Subject
from beaconfire_platform.web.socket import Handshake, NoEntry, Opening
from beaconfire_situation.entrypoints.socket import feed_door
from beaconfire_testkit.service import a_subject

ANA = a_subject(Role.DISPATCHER, person_id="ana")


@dataclass
class Wire:
    """The sending half of a socket, which keeps what was sent."""

    unread_bytes: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    closed: int | None = None

    def send_text(self, text: bytes) -> None:
        self.sent.append(json.loads(text))

    def send_binary(self, data: bytes) -> None:
        del data

    def close(self, code: int, reason: str) -> None:
        del reason
        self.closed = code


@dataclass
class Joined:
    """A feed that notes who came, asked again and left."""

    noted: list[Any] = field(default_factory=list)

    def join(self, subject: Subject, socket: object, resume: str | None) -> str:
        del socket
        self.noted.append(("join", subject.id, resume))
        return "reader"

    def leave(self, reader: object) -> None:
        self.noted.append(("leave", reader))

    def again(self, reader: object) -> None:
        self.noted.append(("again", reader))


async def take(ticket: str) -> Subject | None:
    return ANA if ticket == "good" else None


def asking(*subprotocols: str) -> Handshake:
    return Handshake(PATH, "host", None, subprotocols, "127.0.0.1")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ((SUBPROTOCOL,), http.HTTPStatus.BAD_REQUEST),
        (("good", SUBPROTOCOL), http.HTTPStatus.BAD_REQUEST),
        ((SUBPROTOCOL, "bad"), http.HTTPStatus.UNAUTHORIZED),
        ((SUBPROTOCOL, "x" * 65), http.HTTPStatus.UNAUTHORIZED),
        ((SUBPROTOCOL, "good", "more"), http.HTTPStatus.BAD_REQUEST),
    ],
)
async def test_without_a_ticket_of_theirs_nobody_enters(
    asked: tuple[str, ...], status: http.HTTPStatus
) -> None:
    answer = await feed_door(Joined(), take)(asking(*asked))

    assert isinstance(answer, NoEntry)
    assert answer.status == status


async def opened(feed: Joined) -> tuple[Any, Wire]:
    answer = await feed_door(feed, take)(asking(SUBPROTOCOL, "good"))
    assert isinstance(answer, Opening)
    wire = Wire()
    return answer.begin(wire), wire


async def test_a_subscription_joins_asks_again_and_leaves() -> None:
    feed = Joined()
    session, wire = await opened(feed)

    session.heard('{"t":"subscribe","resume":"e.5.x"}')
    session.heard('{"t":"resync","have":"4"}')
    session.closed()

    assert feed.noted == [("join", "ana", "e.5.x"), ("again", "reader"), ("leave", "reader")]
    assert wire.closed is None


async def test_whoever_asks_again_before_a_snapshot_can_have_come_is_let_go() -> None:
    feed = Joined()
    session, wire = await opened(feed)

    session.heard('{"t":"subscribe","resume":null}')
    for _ in range(2):
        session.heard('{"t":"resync","have":"4"}')

    assert feed.noted == [("join", "ana", None), ("again", "reader")]
    assert (wire.closed, wire.sent[-1]["code"]) == (CloseCode.TOO_MANY, "too_many")


@pytest.mark.parametrize("token", [5, None, "x" * 500, {"a": 1}])
async def test_a_token_that_can_be_none_begins_anew(token: object) -> None:
    feed = Joined()
    session, _ = await opened(feed)

    session.heard(json.dumps({"t": "subscribe", "resume": token}))

    assert feed.noted == [("join", "ana", None)]


async def test_a_second_subscription_ends_the_socket() -> None:
    session, wire = await opened(Joined())

    for _ in range(2):
        session.heard('{"t":"subscribe","resume":null}')

    assert wire.closed == CloseCode.BAD_FRAME
    assert wire.sent[-1]["code"] == "bad_frame"
