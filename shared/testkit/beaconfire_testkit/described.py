"""What was told, held against an AsyncAPI document: every message by its own payload schema.

Our own document leaves room for what a later build adds. Here it is closed: a member that it does
not name is a flaw, since this build told it and should have described it.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import asyncpg
import jsonschema_rs

_FEED: Final = "feed"
_PLACE: Final = "#/components/schemas/"
_TYPE: Final = "ce_type"
_SUBJECT: Final = "ce_subject"
_CONTENT: Final = "content-type"
_PARAMETER: Final = re.compile(r"\\{\w+\\}")


class Record(Protocol):
    """A record of a topic, as a client of Kafka reads one."""

    @property
    def topic(self) -> str: ...
    @property
    def key(self) -> bytes | None: ...
    @property
    def headers(self) -> Iterable[tuple[str, bytes]]: ...
    @property
    def value(self) -> bytes | None: ...


@dataclass(frozen=True, slots=True)
class TopicRecord:
    """A record as it lies on a topic, for tests that change something about one."""

    topic: str
    key: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    value: bytes | None


class Described:
    """The messages of one document, ready to judge by."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Reads nothing but the document, as a stranger would."""
        self._schemas = {
            name: _closed(schema) for name, schema in document["components"]["schemas"].items()
        }
        self._messages = messages = document["components"]["messages"]
        self._channels = document["channels"]
        self._payloads = {name: one["payload"] for name, one in messages.items()}
        self._frames = {
            self._mark(name): name
            for name in document["channels"][_FEED]["messages"]
            if "$ref" in self._payloads[name]
        }
        self._judges: dict[str, jsonschema_rs.Draft7Validator] = {}

    def carried(self, channel: str) -> set[str]:
        """The names of all messages that a channel carries."""
        return set(self._channels[channel]["messages"])

    def flaws(self, name: str, data: str | bytes) -> list[str]:
        """What is wrong with a message of this name, as JSON text."""
        if name not in self._payloads:
            return ["is not described"]
        return _told(self._judge(name, self._payloads[name]).iter_errors(json.loads(data)))

    def record_flaws(self, record: Record) -> list[str]:
        """What is wrong with a record: with its topic, key, headers or value."""
        pairs = [(name, value.decode()) for name, value in record.headers]
        headers = dict(pairs)
        name = headers.get(_TYPE) or self._untyped_on(record.topic)
        if name not in self._carried_on(record.topic):
            return [f"no channel carries {name or 'what has no type'} on {record.topic}"]
        message = self._messages[name]
        key = None if record.key is None else record.key.decode()
        found = [] if len(pairs) == len(headers) else ["a header comes twice"]
        if not _is_untyped(message):
            if key != headers.get(_SUBJECT):
                found.append("the key is not the subject")
            if headers.get(_CONTENT) != message["contentType"]:
                found.append("the content is not what the message has")
        for part, instance in (("key", key), ("headers", headers)):
            schema = message["bindings"]["kafka"]["key"] if part == "key" else message["headers"]
            judge = self._judge(f"{name} {part}", schema)
            found += [f"{part} {flaw}" for flaw in _told(judge.iter_errors(instance))]
        return [*found, *self.flaws(name, record.value or b"null")]

    def _untyped_on(self, topic: str) -> str:
        """The message of a topic whose records say no type, since all are that one; else none."""
        carried = self._carried_on(topic)
        untyped = [name for name in carried if _is_untyped(self._messages[name])]
        return untyped[0] if len(carried) == len(untyped) == 1 else ""

    def _carried_on(self, topic: str) -> set[str]:
        """What the channels carry whose address this topic is."""
        return {
            name
            for channel, one in self._channels.items()
            if re.fullmatch(_PARAMETER.sub("[A-Za-z0-9-]+", re.escape(one["address"])), topic)
            for name in self.carried(channel)
        }

    async def log_flaws(self, dsn: str) -> tuple[Counter[str], list[tuple[str, str]]]:
        """How often each kind of fact stands in a log, and what is wrong with any of them."""
        connection = await asyncpg.connect(dsn)
        try:
            rows: list[Any] = await connection.fetch("select type, data::text from log.fact")
        finally:
            await connection.close()
        told = [(str(kind), str(data)) for kind, data in rows]
        flaws = [(kind, flaw) for kind, data in told for flaw in self.flaws(kind, data)]
        return Counter(kind for kind, _ in told), flaws

    def frame_flaws(self, frame: dict[str, Any]) -> list[str]:
        """What is wrong with a text frame of the feed."""
        name = self._frames.get(str(frame.get("t")))
        if name is None:
            return ["is not described"]
        return _told(self._judge(name, self._payloads[name]).iter_errors(frame))

    def _mark(self, name: str) -> str:
        schema = self._schemas[self._payloads[name]["$ref"].removeprefix(_PLACE)]
        return schema["properties"]["t"]["const"]

    def _judge(self, what: str, schema: Mapping[str, Any]) -> jsonschema_rs.Draft7Validator:
        if what not in self._judges:
            # siblings of a $ref count for nothing in draft-07: the root refers from inside allOf
            whole = {"allOf": [schema], "components": {"schemas": self._schemas}}
            self._judges[what] = jsonschema_rs.Draft7Validator(whole, validate_formats=True)
        return self._judges[what]


def _is_untyped(message: Mapping[str, Any]) -> bool:
    """Whether it has no headers by which it could say what it is."""
    return message.get("headers", {}).get("maxProperties") == 0


def _told(errors: Iterator[Any]) -> list[str]:
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in errors]


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """No member but those that are named; a map of anything stays one."""
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return {**schema, **closed}
