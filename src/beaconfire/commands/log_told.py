"""`beaconfire log status` for people: one line a thing, the worst marked in capitals."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from beaconfire.commands.log_status import SHAPE_NODE, ServiceStatus, ShardStatus, Status
from beaconfire_agency.application.queries import WaitingBody
from beaconfire_platform.log.books import COUNTED_MAX, Books, SetAside
from beaconfire_platform.log.parking import PARKED_BEHIND_MAX, ParkedKey

WIDTH: Final = 10
QUARANTINED_SHOWN_MAX: Final = 10


def lines_of(status: Status) -> Iterator[str]:
    """Everything that people need to see, service by service."""
    if status.shape == SHAPE_NODE:
        yield from _of_node(status.services)
    elif status.log_error is not None:
        yield f"{'log':<{WIDTH}} LAG UNKNOWN: {status.log_error}"
    else:
        yield from _of_topics(status)
    for one in status.services:
        if one.error is not None or one.books is None:
            yield f"{one.service:<{WIDTH}} NOT REACHED: {one.error}"
            continue
        for line in _of_service(one, one.books, is_apart=status.shape != SHAPE_NODE):
            yield f"{one.service:<{WIDTH}} {line}"
    for name, why in status.not_looked_at.items():
        yield f"{name:<{WIDTH}} not looked at: {why}"


def _of_node(services: Sequence[ServiceStatus]) -> Iterator[str]:
    found = next((one for one in services if one.books is not None), None)
    if found is None or found.books is None:
        return
    head = "is empty" if found.books.head is None else f"ends at {found.books.head.text()}"
    yield f"{'log':<{WIDTH}} {head}; {_horizon(found)}"


def _of_topics(status: Status) -> Iterator[str]:
    ends: dict[str, int] = {}
    for shard, end in status.ends.items():
        topic = shard.rpartition("/")[0]
        ends[topic] = ends.get(topic, 0) + end.row
    for topic, facts in sorted(ends.items()):
        yield f"{'log':<{WIDTH}} {topic}: {facts} records"


def _of_service(one: ServiceStatus, books: Books, *, is_apart: bool) -> Iterator[str]:
    for consumer, shards in sorted(one.consumers.items()):
        yield from _of_consumer(consumer, shards)
    if is_apart:
        yield _horizon(one)
        for told in books.published:
            waits = f", oldest {_ago(told.oldest)}" if told.oldest else ""
            yield (
                f"relay of {told.topic}: at {told.at.text()}, "
                f"{_counted(told.unpublished)} unpublished{waits}"
            )
    for lease in books.leases:
        until = f"until {lease.until:%H:%M:%S}Z" if lease.is_held else "FREE since"
        since = "" if lease.is_held else f" {lease.until:%Y-%m-%d %H:%M:%S}Z"
        yield f"lease {lease.name}: {lease.holder} {until}{since}"
    for member in books.members:
        yield f"member of {member.consumer}: {member.instance} until {member.until:%H:%M:%S}Z"
    for body in one.held:
        yield _held(body)
    for key in books.parked:
        yield _parked(key)
    yield from _quarantined(books)


def _of_consumer(consumer: str, shards: Sequence[ShardStatus]) -> Iterator[str]:
    topics: dict[str, list[ShardStatus]] = {}
    for shard in shards:
        topics.setdefault(shard.shard.rpartition("/")[0] or shard.shard, []).append(shard)
    for topic, members in sorted(topics.items()):
        moved = max((one.moved_at for one in members if one.moved_at), default=None)
        begun = "never began" if moved is None else f"moved {moved:%Y-%m-%d %H:%M:%S}Z"
        oldest = min((one.oldest for one in members if one.oldest), default=None)
        waits = f", oldest {_ago(oldest)}" if oldest else ""
        yield f"{consumer:<24} {topic} {_at(members)}: lag {_lag(members)}{waits}, {begun}"


def _at(members: Sequence[ShardStatus]) -> str:
    if len(members) == 1:
        at = members[0].at
        return "at its start" if at is None else f"at {at.text()}"
    return f"({len(members)} partitions)"


def _lag(members: Sequence[ShardStatus]) -> str:
    known = [one.lag for one in members if one.lag is not None]
    return _counted(sum(known)) if len(known) == len(members) else "unknown"


def _counted(facts: int) -> str:
    return f"more than {COUNTED_MAX}" if facts == COUNTED_MAX else str(facts)


def _horizon(one: ServiceStatus) -> str:
    if one.horizon is None:
        return "horizon unknown"
    holder = one.horizon.holder
    if holder is None:
        return "horizon free"
    who = f"pid {holder['pid']} ({holder['usename']}, {holder['application_name']})"
    return f"horizon held for {one.horizon.seconds:.1f} s by {who}"


def _parked(key: ParkedKey) -> str:
    why = key.error + (f" (upgrade {key.upgrade})" if key.upgrade else "")
    waits = f"PARKED {key.consumer}: {key.source} {key.key}: {why}, {key.facts} facts"
    last = f", last tried: {key.outcome}" if key.outcome else ""
    marks = (", asked for" if key.is_asked else "") + (
        f", MORE THAN {PARKED_BEHIND_MAX}" if key.facts > PARKED_BEHIND_MAX else ""
    )
    return f"{waits} since {key.since:%Y-%m-%d %H:%M:%S}Z{last}{marks}"


def _held(body: WaitingBody) -> str:
    return (
        f"HELD topic of {body.code} ({body.name_zh}, {body.name_en}): {body.why}, "
        f"{_counted(body.events)} events wait since {body.since:%Y-%m-%d %H:%M:%S}Z"
    )


def _quarantined(books: Books) -> Iterator[str]:
    for consumer, records in sorted(books.unseen.items()):
        yield f"QUARANTINED {consumer}: {records} records that nobody has looked at"
    for one in books.set_aside[:QUARANTINED_SHOWN_MAX]:
        if not one.is_seen:
            yield f"  {_where(one)}: {one.reason}"


def _where(one: SetAside) -> str:
    """A record's own offset is one less than the position behind it."""
    return f"{one.consumer} {one.shard} offset {one.row - 1}, {one.met_at:%Y-%m-%d %H:%M:%S}Z"


def _ago(moment: datetime) -> str:
    return f"{max(0.0, (datetime.now(UTC) - moment).total_seconds()):.1f} s ago"
