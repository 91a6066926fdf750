"""The AsyncAPI 3.0 document: every topic and the feed, each message with payload and headers.

It is made from the contracts and says nothing that they do not. What agency republishes to bodies
outside is given by the caller (`shared`), since only agency knows those classes.
"""

import inspect
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from beaconfire_contracts import feed
from beaconfire_contracts.facts import FACTS, FactSpec
from beaconfire_contracts.topics import POSITION, SHARED, SHARED_PARTITIONS, TOPICS, Topic
from beaconfire_platform.described.attributes import headers_schema, shared_headers_schema
from beaconfire_platform.described.payloads import PLACE, schemas_of
from beaconfire_platform.positions import Fix

Part = dict[str, Any]
KAFKA_BINDING: Final = "0.5.0"
WEBSOCKET_BINDING: Final = "0.1.0"
FROM_FEED: Final[tuple[type, ...]] = (
    feed.SnapshotFrame,
    feed.ChangeFrame,
    feed.GoneFrame,
    feed.BeatFrame,
    feed.UnitHandles,
    feed.ErrorFrame,
)
FROM_CLIENT: Final[tuple[type, ...]] = (feed.SubscribeFrame, feed.ResyncFrame)
NOTHING_SHARED: Final[Mapping[str, type]] = MappingProxyType({})
_POSITIONS: Final = "beaconfire.position.fixes.v1"
_BUCKET: Final = "^[1-5]?[0-9]$"
"""As `log/kafka/positions.py` deals units out, which this module may not read to say it."""
_FIXES_MAX: Final = 1_000
_POSITION_ENTRIES: Final = "feed.positions"
_JSON: Final = "application/json"
_INFO: Final = (
    "What Beaconfire tells of itself, as it happens: facts on topics between its services, and the "
    "live picture to a browser. Internal topics are read by the services alone; a body outside "
    f"reads `{SHARED}`. A node that runs alone has no topics: its log is a table with the same "
    "facts. Within a major version, facts change by addition only: ignore what you do not know."
)
_SERVERS: Final[Part] = {
    "kafka": {
        "host": "{broker}",
        "protocol": "kafka-secure",
        "description": "The brokers of a deployment whose services run apart.",
        "variables": {"broker": {"description": "Host and port, as the deployment gives them."}},
        "security": [{"$ref": "#/components/securitySchemes/scram"}],
    },
    "origin": {
        "host": "{host}",
        "protocol": "wss",
        "description": "Where this document came from.",
        "variables": {"host": {"description": "Host and port of the pages."}},
        "security": [{"$ref": "#/components/securitySchemes/ticket"}],
    },
}
_SECURITY: Final[Part] = {
    "scram": {"type": "scramSha512", "description": "Each agency and each service has its own."},
    "ticket": {
        "type": "httpApiKey",
        "name": "Sec-WebSocket-Protocol",
        "in": "header",
        "description": f"`{feed.SUBPROTOCOL}, TICKET`, with a ticket of `POST {feed.PATH}/ticket`; "
        "it opens one socket once.",
    },
}


def asyncapi_document(version: str, shared: Mapping[str, type] = NOTHING_SHARED) -> Part:
    """The whole document; `shared` names by their type the classes told to bodies outside."""
    told = [spec.factclass for spec in FACTS.values()]
    names, schemas = schemas_of([*told, *shared.values(), Fix, *FROM_FEED, *FROM_CLIENT])
    messages = {spec.name: _fact(spec, names) for spec in FACTS.values()}
    messages |= {name: _shared(name, holder, names) for name, holder in shared.items()}
    messages |= {_name_of(one): _frame(one, names) for one in (*FROM_FEED, *FROM_CLIENT)}
    messages |= {_POSITIONS: _fixes(names), _POSITION_ENTRIES: _entries()}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Beaconfire", "version": version, "description": _INFO},
        "defaultContentType": _JSON,
        "servers": _SERVERS,
        "channels": _channels(shared),
        "operations": _operations(),
        "components": {
            "messages": messages,
            "schemas": {
                **schemas,
                "FactHeaders": headers_schema(),
                "SharedHeaders": shared_headers_schema(),
            },
            "securitySchemes": _SECURITY,
        },
    }


def _channels(shared: Mapping[str, type]) -> Part:
    channels: Part = {
        service: _topic_channel(
            topic,
            f"What {service} tells; the record's key is the key of the stream.",
            [spec.name for spec in FACTS.values() if spec.service == service],
        )
        for service, topic in TOPICS.items()
    }
    channels["position"] = _topic_channel(
        POSITION,
        "Where units are; no facts, and it may lose a tick. All its records are of one kind.",
        [_POSITIONS],
    )
    channels["shared"] = {
        "address": SHARED,
        "description": "What one agency outside may know, republished for it, field by field.",
        "servers": [{"$ref": "#/servers/kafka"}],
        "parameters": {"agency": {"description": "The agency's code."}},
        "messages": _refs(shared),
        "bindings": {"kafka": {"partitions": SHARED_PARTITIONS, "bindingVersion": KAFKA_BINDING}},
    }
    channels["feed"] = _feed_channel()
    return channels


def _topic_channel(topic: Topic, said: str, messages: Sequence[str]) -> Part:
    return {
        "address": topic.name,
        "description": said,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": _refs(messages),
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _feed_channel() -> Part:
    frames = [_name_of(one) for one in (*FROM_FEED, *FROM_CLIENT)]
    return {
        "address": feed.PATH,
        "description": inspect.getdoc(feed),
        "servers": [{"$ref": "#/servers/origin"}],
        "messages": _refs([*frames, _POSITION_ENTRIES]),
        "bindings": {"ws": {"method": "GET", "bindingVersion": WEBSOCKET_BINDING}},
    }


def _operations() -> Part:
    operations: Part = {}
    for channel in (*TOPICS, "position", "shared"):
        operations[f"tell.{channel}"] = _operation("send", channel)
        if channel != "shared":
            operations[f"hear.{channel}"] = _operation("receive", channel)
    from_feed = [*map(_name_of, FROM_FEED), _POSITION_ENTRIES]
    operations["tell.feed"] = _operation("send", "feed", from_feed)
    operations["hear.feed"] = _operation("receive", "feed", list(map(_name_of, FROM_CLIENT)))
    return operations


def _operation(action: str, channel: str, messages: Sequence[str] | None = None) -> Part:
    """Without `messages`, all that the channel carries."""
    operation: Part = {"action": action, "channel": {"$ref": f"#/channels/{channel}"}}
    if messages is not None:
        operation["messages"] = [
            {"$ref": f"#/channels/{channel}/messages/{name}"} for name in messages
        ]
    return operation


def _fact(spec: FactSpec, names: Mapping[type, str]) -> Part:
    key = {"type": "string", "description": f"`{spec.key_field}` of the payload."}
    record = _record(spec.name, spec.factclass, names, headers="FactHeaders", key=key)
    return {**record, "correlationId": {"location": "$message.header#/ce_correlationid"}}


def _shared(name: str, holder: type, names: Mapping[type, str]) -> Part:
    key = {"type": "string", "description": "`ce_subject`: what it is about."}
    return _record(name, holder, names, headers="SharedHeaders", key=key)


def _record(
    name: str, holder: type, names: Mapping[type, str], *, headers: str, key: Mapping[str, str]
) -> Part:
    """A message that travels as a CloudEvent."""
    return {
        "name": name,
        "title": holder.__name__,
        "summary": _sentence(holder),
        "contentType": _JSON,
        "headers": {
            "allOf": [
                {"$ref": f"{PLACE}{headers}"},
                {"type": "object", "properties": {"ce_type": {"const": name}}},
            ]
        },
        "payload": {"$ref": PLACE + names[holder]},
        "bindings": {"kafka": {"key": dict(key), "bindingVersion": KAFKA_BINDING}},
    }


def _fixes(names: Mapping[type, str]) -> Part:
    return {
        "name": _POSITIONS,
        "title": "Fixes",
        "summary": "A batch of fixes, at most one a unit: no CloudEvent, and without headers.",
        "contentType": _JSON,
        "headers": {"type": "object", "maxProperties": 0},
        "payload": {
            "type": "array",
            "items": {"$ref": PLACE + names[Fix]},
            "minItems": 1,
            "maxItems": _FIXES_MAX,
        },
        "bindings": {
            "kafka": {
                "key": {
                    "type": "string",
                    "pattern": _BUCKET,
                    "description": "A bucket of unit ids, of 60: a unit stays in its own.",
                },
                "bindingVersion": KAFKA_BINDING,
            }
        },
    }


def _frame(holder: type, names: Mapping[type, str]) -> Part:
    return {
        "name": _name_of(holder),
        "title": holder.__name__,
        "summary": _sentence(holder),
        "contentType": _JSON,
        "payload": {"$ref": PLACE + names[holder]},
    }


def _entries() -> Part:
    return {
        "name": _POSITION_ENTRIES,
        "title": "Positions",
        "summary": f"A binary frame: entries of {feed.POSITION_ENTRY_BYTES} bytes, as above.",
        "contentType": "application/octet-stream",
        "payload": {"type": "string", "format": "binary"},
    }


def _name_of(frame: type) -> str:
    return f"feed.{frame.__name__}"


def _sentence(holder: type) -> str:
    return (inspect.getdoc(holder) or "").split("\n\n", 1)[0].replace("\n", " ")


def _refs(names: Sequence[str] | Mapping[str, Any]) -> Part:
    return {name: {"$ref": f"#/components/messages/{name}"} for name in names}
