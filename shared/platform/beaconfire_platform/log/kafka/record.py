"""A fact as a record of its topic, and what a record of a topic holds.

Whatever is wrong with a record is told in our own words: nothing of it is repeated in a log.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from uuid import UUID

import msgspec

from beaconfire_contracts.envelope import Cause, Envelope, LogPosition, Scope
from beaconfire_contracts.facts import key_of
from beaconfire_contracts.ids import FactId
from beaconfire_contracts.vocabulary import Sensitivity
from beaconfire_platform.codec import FACT_BYTES_MAX, UnknownFact, UnknownMajor, decode_fact
from beaconfire_platform.log.cloudevent import (
    JSON,
    REQUIRED,
    Headers,
    NoCloudEvent,
    attributes_of,
    headers_of,
)
from beaconfire_platform.log.kafka.unpacking import Lost
from beaconfire_platform.log.port import Garbled, Read, Unreadable, Why

VERSION_MAX: Final = 2**63 - 1
CAUSES_REMEMBERED_MAX: Final = 2_048
VERSION_DIGITS_MAX: Final = 19
_NAMES: Final = {
    "owner": "ce_owner",
    "division": "ce_division",
    "actor": "ce_actor",
    "correlation_id": "ce_correlationid",
    "causation_id": "ce_causationid",
    "seat": "ce_seat",
    "on_behalf_of": "ce_onbehalfof",
    "occurred_at": "ce_occurredat",
    "exercise_id": "ce_exerciseid",
}
_OF_CAUSE: Final = (
    "actor", "correlationid", "causationid", "seat", "onbehalfof", "occurredat", "exerciseid",
)  # fmt: skip
_ASKED: Final = (
    *REQUIRED, "datacontenttype", "subject", "keyversion", "time",
    "owner", "division", "sensitivity", *_OF_CAUSE,
)  # fmt: skip
_SCOPE_AT: Final = _ASKED.index("owner")
_CAUSE_AT: Final = _ASKED.index("actor")
ALWAYS: Final = tuple(headers_of([("specversion", "1.0")]))
_UUID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_CAUSE: Final = msgspec.json.Decoder(dict[str, str | None])


def record_headers(row: Mapping[str, Any]) -> list[tuple[str, bytes]]:
    """The headers of a row of `log.fact`; its data are the value as they stand."""
    found: list[tuple[str, bytes]] = [
        *ALWAYS,
        ("ce_id", str(row["id"]).encode()),
        ("ce_source", row["source"].encode()),
        ("ce_type", row["type"].encode()),
        ("ce_subject", row["key"].encode()),
        ("ce_time", row["time"].isoformat().encode()),
        ("ce_keyversion", str(row["key_version"]).encode()),
        ("ce_sensitivity", row["sensitivity"].encode()),
    ]
    told = {"owner": row["owner"], "division": row["division"], **_CAUSE.decode(row["cause"])}
    found += [
        (_NAMES.get(name) or f"ce_{name.replace('_', '')}", text.encode())
        for name, text in told.items()
        if text is not None
    ]
    return found


def read_fetched(source: str, record: Any, epoch: int) -> Read:
    """What a record holds that a client of ours fetched from the topic of `source`."""
    at = LogPosition(epoch, 0, record.offset + 1)
    if isinstance(record.checksum, Lost):
        return Garbled(at, record.checksum.told)
    return read_record(source, record.key, record.headers, record.value, at)


def read_record(
    source: str,
    key: bytes | None,
    headers: Headers,
    value: bytes | None,
    position: LogPosition,
) -> Read:
    """What a record of the topic of `source` holds: a fact, or why none can be read."""
    try:
        return _read(source, key, headers, value, position)
    except NoCloudEvent as error:
        return Garbled(position, str(error))


def _read(
    source: str,
    key: bytes | None,
    headers: Headers,
    value: bytes | None,
    position: LogPosition,
) -> Read:
    if value is not None and len(value) > FACT_BYTES_MAX:
        raise NoCloudEvent("it is larger than a fact may be")
    told, data = attributes_of(headers, value, _ASKED)
    told_id, told_source, _, kind, content, subject, told_version, told_time = told[:_SCOPE_AT]
    if told_source != source or kind is None or not _is_of(source, kind):
        raise NoCloudEvent("its source and type are not those of its topic")
    if not subject or key != subject.encode():
        raise NoCloudEvent("its key is not its subject")
    if content != JSON and (content or "").partition(";")[0].strip().lower() != JSON:
        raise NoCloudEvent("its content type is not JSON")
    fact_id, version = _id(told_id or ""), _version(told_version or "")
    try:
        fact = decode_fact(kind, data)
        cause = _cause(told[_CAUSE_AT:])
        scope = _scope(told[_SCOPE_AT:_CAUSE_AT])
        time = _time(told_time)
    except (UnknownFact, ValueError) as error:
        return Unreadable(fact_id, source, kind, subject, version, position, _why(error))
    if key_of(fact) != subject:
        raise NoCloudEvent("its subject is not the fact's own key")
    return Envelope(fact_id, source, kind, subject, version, time, cause, scope, position, fact)


def _id(text: str) -> FactId:
    if _UUID.fullmatch(text):
        return FactId(text)
    try:
        return FactId(str(UUID(text)))
    except ValueError as error:
        raise NoCloudEvent("its id is no UUID") from error


@lru_cache(maxsize=1_024)
def _is_of(source: str, kind: str) -> bool:
    """Whether a type of fact is one of a source's."""
    return kind.startswith(f"beaconfire.{source}.")


def _time(text: str | None) -> datetime:
    """A moment says where on Earth it is meant, or is none."""
    if text is None:
        raise ValueError("no time")
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a time without its offset")
    return found


def _version(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= VERSION_DIGITS_MAX
    version = int(text) if is_number else 0
    if not 0 < version <= VERSION_MAX:
        raise NoCloudEvent("its keyversion is no number from 1 on")
    return version


@lru_cache(maxsize=CAUSES_REMEMBERED_MAX)
def _cause(told: tuple[str | None, ...]) -> Cause:
    """What was told together has one cause; `told` as `_OF_CAUSE` names it."""
    actor, correlation_id, causation_id, seat, on_behalf_of, occurred_at, exercise_id = told
    if actor is None or correlation_id is None:
        raise ValueError("a cause without an actor or a correlation")
    happened_at = None if occurred_at is None else _time(occurred_at)
    return Cause(actor, correlation_id, causation_id, seat, on_behalf_of, happened_at, exercise_id)


@lru_cache(maxsize=CAUSES_REMEMBERED_MAX)
def _scope(told: tuple[str | None, ...]) -> Scope:
    """`told` as `_ASKED` names it."""
    owner, division, sensitivity = told
    return Scope(owner, division, Sensitivity(sensitivity))


def _why(error: Exception) -> Why:
    if isinstance(error, UnknownMajor):
        return Why.UNKNOWN_MAJOR
    return Why.UNKNOWN_TYPE if isinstance(error, UnknownFact) else Why.MALFORMED
