"""What was told, held against an AsyncAPI document: every message by its own payload schema.

Our own document leaves room for what a later build adds. Here it is closed: a member that it does
not name is a flaw, since this build told it and should have described it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import asyncpg
import jsonschema_rs

_FEED: Final = "feed"
_PLACE: Final = "#/components/schemas/"


class Described:
    """The payload schemas of one document, ready to judge by."""

    def __init__(self, document: dict[str, Any]) -> None:
        """Reads nothing but the document, as a stranger would."""
        self._schemas = {
            name: _closed(schema) for name, schema in document["components"]["schemas"].items()
        }
        messages = document["components"]["messages"]
        self._payloads = {name: one["payload"] for name, one in messages.items()}
        self._frames = {
            self._mark(name): name
            for name in document["channels"][_FEED]["messages"]
            if "$ref" in self._payloads[name]
        }
        self._judges: dict[str, jsonschema_rs.Draft7Validator] = {}

    def flaws(self, name: str, data: str | bytes) -> list[str]:
        """What is wrong with a message of this name, as JSON text."""
        if name not in self._payloads:
            return ["is not described"]
        return _told(self._judge(name).iter_errors(json.loads(data)))

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
        return _told(self._judge(name).iter_errors(frame))

    def _mark(self, name: str) -> str:
        schema = self._schemas[self._payloads[name]["$ref"].removeprefix(_PLACE)]
        return schema["properties"]["t"]["const"]

    def _judge(self, name: str) -> jsonschema_rs.Draft7Validator:
        if name not in self._judges:
            # siblings of a $ref count for nothing in draft-07: the root refers from inside allOf
            whole = {
                "allOf": [self._payloads[name]],
                "components": {"schemas": self._schemas},
            }
            self._judges[name] = jsonschema_rs.Draft7Validator(whole, validate_formats=True)
        return self._judges[name]


def _told(errors: Iterator[Any]) -> list[str]:
    return [f"{'/'.join(map(str, one.instance_path))}: {one.message}" for one in errors]


def _closed(schema: dict[str, Any]) -> dict[str, Any]:
    """No member but those that are named; a map of anything stays one."""
    closed = {"additionalProperties": False} if "properties" in schema else {}
    return {**schema, **closed}
