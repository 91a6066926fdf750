"""One reader of the feed: sees by the one rule, is never waited for."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from beaconfire_contracts.feed import CloseCode, Record
from beaconfire_contracts.vocabulary import Role
from beaconfire_platform.access.allow import allow
from beaconfire_platform.access.subject import Resource
from beaconfire_situation.adapters.frames import ChangeBody
from beaconfire_situation.adapters.reader import (
    ACTION,
    FACTS_UNREAD_BYTES_MAX,
    POSITIONS_UNREAD_BYTES_MAX,
    Eyes,
    Reader,
)
from beaconfire_situation.domain.picture import Change, FactTold, Picture
from beaconfire_situation.domain.sight import Sight
from beaconfire_testkit.service import a_subject

NORTH, SOUTH = Sight(path="akl.north"), Sight(path="akl.south")
UNIT = Record("unit", "u1", "dispatch", 2, {})
FACT = FactTold("f", "t", "2026-11-24T00:00:00Z", "ana", None)


@dataclass
class Wire:
    """The sending half of a socket, which keeps what was sent."""

    unread_bytes: int = 0
    sent: list[dict[str, Any]] = field(default_factory=list)
    binary: list[bytes] = field(default_factory=list)
    closed: int | None = None

    def send_text(self, text: bytes) -> None:
        self.sent.append(json.loads(text))

    def send_binary(self, data: bytes) -> None:
        self.binary.append(data)

    def close(self, code: int, reason: str) -> None:
        del reason
        self.closed = code


def a_reader(reach: str = "akl.north") -> tuple[Reader, Wire]:
    wire = Wire()
    return Reader(a_subject(Role.DISPATCHER, reach=reach, person_id="p"), wire, "e"), wire


def a_change(before: Sight | None, after: Sight, pos: int = 8) -> ChangeBody:
    return ChangeBody(Change(pos, replace(UNIT, version=3), before, after, FACT))


def after(change: ChangeBody) -> Picture:
    picture = Picture([UNIT], {("unit", "u1"): NORTH}, 7)
    picture.apply(change.change)
    return picture


@given(
    path=st.none() | st.sampled_from(["akl", "akl.north", "akl.north.c1", "akl.northern", "b"]),
    owner=st.none() | st.sampled_from(["mine", "other"]),
    participants=st.lists(st.sampled_from(["mine", "fire"]), unique=True),
    reach=st.sampled_from(["akl", "akl.north", "*", "x"]),
    role=st.sampled_from(list(Role)),
)
def test_eyes_see_exactly_what_the_one_rule_allows(
    path: str | None, owner: str | None, participants: list[str], reach: str, role: Role
) -> None:
    subject = a_subject(role, reach=reach, body="mine")

    seen = Eyes(subject).sees(Sight(False, path, owner, tuple(participants)))

    allowed = allow(subject, ACTION, Resource(path, owner, frozenset(participants))).allowed
    assert seen == allowed


def test_what_is_not_seen_is_not_sent_and_breaks_no_chain() -> None:
    reader, wire = a_reader()
    reader.go_on(7)

    for change in (a_change(SOUTH, SOUTH, 8), a_change(NORTH, NORTH, 9)):
        reader.offer(change, after(change))

    assert [(one["pos"], one["prev"]) for one in wire.sent] == [("9", "7")]


def test_what_leaves_sight_is_gone_and_what_enters_comes_whole() -> None:
    reader, wire = a_reader()

    for change in (a_change(NORTH, SOUTH, 8), a_change(SOUTH, NORTH, 9)):
        reader.offer(change, after(change))

    assert [one["t"] for one in wire.sent] == ["gone", "change"]


def test_a_full_buffer_skips_positions_and_owes_them() -> None:
    reader, wire = a_reader()
    wire.unread_bytes = POSITIONS_UNREAD_BYTES_MAX + 1

    reader.send_positions(b"x" * 16)

    assert (wire.binary, reader.owes_positions) == ([], True)


def test_who_does_not_read_facts_is_sent_away() -> None:
    reader, wire = a_reader()
    wire.unread_bytes = FACTS_UNREAD_BYTES_MAX + 1

    change = a_change(NORTH, NORTH)
    reader.offer(change, after(change))

    assert (wire.closed, wire.sent) == (CloseCode.RESYNC, [])


def test_what_is_filed_is_gone_for_all_and_seen_by_nobody_at_all() -> None:
    reader, wire = a_reader()
    reader.go_on(7)
    change = a_change(NORTH, replace(NORTH, filed=True))

    reader.offer(change, after(change))

    [told] = wire.sent
    assert (told["t"], told["id"], told["source"]) == ("gone", "u1", "dispatch")
    everywhere = a_subject(Role.DISPATCHER, reach="*")
    assert not Eyes(everywhere).sees(replace(NORTH, filed=True))


def test_a_large_snapshot_on_a_slow_line_sends_nobody_away() -> None:
    reader, wire = a_reader()
    picture = Picture([UNIT], {("unit", "u1"): NORTH}, 7)
    snapshot_bytes = 10 * FACTS_UNREAD_BYTES_MAX
    wire.unread_bytes = snapshot_bytes  # as it stands when the snapshot was written
    reader.begin(picture)
    wire.unread_bytes -= FACTS_UNREAD_BYTES_MAX  # a second or two later

    change = a_change(NORTH, NORTH)
    reader.offer(change, after(change))

    assert (wire.closed, wire.sent[-1]["t"]) == (None, "change")


def test_who_reads_neither_snapshot_nor_facts_is_sent_away_by_the_facts() -> None:
    reader, wire = a_reader()
    picture = Picture([UNIT], {("unit", "u1"): NORTH}, 7)
    wire.unread_bytes = 1_000
    reader.begin(picture)
    large = replace(UNIT, version=3, data={"words": "x" * 2**20})
    told = 0

    while wire.closed is None:
        change = ChangeBody(Change(8 + told, large, NORTH, NORTH, FACT))
        reader.offer(change, picture)
        wire.unread_bytes += len(change.frame(0))
        told += 1

    assert 4 <= told <= 6
    assert wire.closed == CloseCode.RESYNC


def test_who_asks_anew_without_reading_gets_no_second_snapshot() -> None:
    reader, wire = a_reader()
    picture = Picture([UNIT], {("unit", "u1"): NORTH}, 7)
    wire.unread_bytes = FACTS_UNREAD_BYTES_MAX + 1

    reader.begin_again(picture)

    assert (wire.closed, wire.sent) == (CloseCode.RESYNC, [])


def test_a_token_goes_on_only_in_its_own_epoch_and_with_the_same_rights() -> None:
    reader, _ = a_reader()
    other_rights, _ = a_reader("akl")
    reader.go_on(42)
    token = reader.resume_token()
    other_epoch = Reader(reader.subject, Wire(), "later")

    assert reader.resumes_at(token) == 42
    assert other_rights.resumes_at(token) is None
    assert other_epoch.resumes_at(token) is None
    for wrong in (None, "", "e", "e.x.y", "e.-1." + token.rpartition(".")[2], token + "0"):
        assert reader.resumes_at(wrong) is None
