"""CloudEvents 1.0 over Kafka: a record's headers and bytes as attributes and data, and back.

Kafka Protocol Binding for CloudEvents 1.0.2: binary mode (§3.2), by which facts travel, and
structured mode (§3.3) with the JSON format, which others may send. Batches (§3.4) are not taken.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final

import msgspec

SPECVERSION: Final = "1.0"
JSON: Final = "application/json"
CONTENT_TYPE: Final = "content-type"
PREFIX: Final = "ce_"
STRUCTURED: Final = "application/cloudevents+json"
REQUIRED: Final = ("id", "source", "specversion", "type")
SPECVERSION_AT: Final = REQUIRED.index("specversion")
ATTRIBUTE_CHARACTERS_MAX: Final = 512
"""A header of ours is an id, a code or a moment; more is none of ours."""
HEADERS_MAX: Final = 64
NAMES_CHARACTERS_MAX: Final = 2_048
"""Of all headers of a record together, for their places to be remembered; ours have 200."""
_JSON: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])

NO_ATTRIBUTE: Final = ""
"""The name under which a header stands that holds no attribute."""
_BETWEEN_TEXT: Final = "\x1f"
_BETWEEN: Final = _BETWEEN_TEXT.encode()
_CONTROLS: Final = bytes([*range(0x1F), 0x7F])
"""Of ASCII, but for what stands between."""
_UNFIT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Characters that no attribute may hold (CloudEvents §3.1); PostgreSQL keeps not all of them."""

Headers = Iterable[tuple[str, bytes | None]]


class NoCloudEvent(ValueError):  # noqa: N818  (said of a record)
    """A record that is no CloudEvent; the message says why, in our own words alone."""


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """Context attributes by name, `datacontenttype` among them, and the data's bytes."""

    attributes: dict[str, str]
    data: bytes


def attributes_of(
    headers: Headers, value: bytes | None, names: tuple[str, ...]
) -> tuple[tuple[str | None, ...], bytes]:
    """These attributes of the event in a record, in this order, and its data.

    None stands for each that is absent; NoCloudEvent when there is no event. `names` are REQUIRED,
    `datacontenttype`, and whatever else is asked for.
    """
    pairs = [*headers]
    found = _attributes_at_once(pairs, names)
    if found is not None:
        return found, value or b""
    event = parse(pairs, value)
    return tuple([event.attributes.get(name) for name in names]), event.data


def parse(headers: Headers, value: bytes | None) -> CloudEvent:
    """The event in a record; NoCloudEvent when there is none."""
    attributes = _attributes(headers)
    _must_be_fit(attributes)
    event = CloudEvent(attributes, value or b"")
    kind = attributes.setdefault("datacontenttype", "")
    if kind != JSON and kind.partition(";")[0].strip().lower() == STRUCTURED:
        event = _structured(value)
        _must_be_fit(event.attributes)
    _must_be_there(event.attributes)
    return event


def _must_be_there(attributes: Mapping[str, str]) -> None:
    for name in REQUIRED:
        if not attributes.get(name):
            raise NoCloudEvent(f"the attribute {name} is missing")
    if attributes["specversion"] != SPECVERSION:
        raise NoCloudEvent("specversion is not 1.0")


def _must_be_fit(attributes: Mapping[str, str]) -> None:
    if len(attributes) > HEADERS_MAX:
        raise NoCloudEvent("its attributes are more than may be")
    for text in attributes.values():
        if len(text) > ATTRIBUTE_CHARACTERS_MAX:
            raise NoCloudEvent("an attribute is longer than may be")
        if _UNFIT.search(text):
            raise NoCloudEvent("an attribute holds a control character")


def headers_of(attributes: Iterable[tuple[str, str | None]]) -> list[tuple[str, bytes]]:
    """Headers of a record in binary mode; what has no value has no header."""
    return [
        (CONTENT_TYPE, b"application/json"),
        *((f"{PREFIX}{name}", value.encode()) for name, value in attributes if value is not None),
    ]


def _attributes_at_once(
    pairs: Sequence[tuple[str, bytes | None]], names: tuple[str, ...]
) -> tuple[str | None, ...] | None:
    """All headers looked at together, as nearly all records allow; None: look at each."""
    headers, values = zip(*pairs, strict=True) if pairs else ((), ())
    is_long = len("".join(headers)) > NAMES_CHARACTERS_MAX
    place = None if is_long else places_of(headers, names)
    if place is None:
        return None
    try:
        together = _BETWEEN.join(values)
    except TypeError:  # one has no value
        return None
    is_long = len(together) > ATTRIBUTE_CHARACTERS_MAX < max(map(len, values))
    if is_long or not together.isascii() or together.translate(None, _CONTROLS) != together:
        return None
    parts: list[str | None] = [*together.decode().split(_BETWEEN_TEXT), None]
    if len(parts) != len(headers) + 1:
        return None
    found = place(parts)
    is_plain = found[SPECVERSION_AT] == SPECVERSION and found[len(REQUIRED)] == JSON
    return found if is_plain and "" not in found[: len(REQUIRED)] else None


@lru_cache(maxsize=256)
def places_of(
    headers: tuple[str, ...], names: tuple[str, ...]
) -> Callable[[Sequence[str | None]], tuple[str | None, ...]] | None:
    """Finds these attributes among the values of such headers, of which the last is nobody's.

    None where one that must be there is not, or is there under two names, a header comes twice, or
    too many are.
    """
    held = [_name_of(one) for one in headers]
    attributes = [one for one in held if one != NO_ATTRIBUTE]
    if len(set(attributes)) < len(attributes) or not len(set(headers)) == len(held) <= HEADERS_MAX:
        return None
    if not {*REQUIRED, "datacontenttype"} <= set(attributes):
        return None
    return itemgetter(*(held.index(one) if one in held else len(held) for one in names))


def _name_of(header: str) -> str:
    if header == CONTENT_TYPE:
        return "datacontenttype"
    return header[len(PREFIX) :] if header.startswith(PREFIX) else NO_ATTRIBUTE


def _attributes(headers: Headers) -> dict[str, str]:
    """The same, each header by itself; NoCloudEvent for the first that is not fit."""
    found: dict[str, str] = {}
    met = set[str]()
    for name, value in headers:
        if name in met:
            raise NoCloudEvent("a header comes twice")
        if value is None:
            raise NoCloudEvent("a header has no value")
        if len(value) > 4 * ATTRIBUTE_CHARACTERS_MAX or len(met) >= HEADERS_MAX:
            raise NoCloudEvent("its headers are longer or more than may be")
        met.add(name)
        try:
            found[_name_of(name)] = value.decode()
        except UnicodeDecodeError as error:
            raise NoCloudEvent("a header is not UTF-8") from error
    found.pop(NO_ATTRIBUTE, None)
    return found


def _structured(value: bytes | None) -> CloudEvent:
    try:
        members = _JSON.decode(value or b"")
        data = bytes(members.pop("data", msgspec.Raw(b"")))
        told: dict[str, Any] = {name: msgspec.json.decode(raw) for name, raw in members.items()}
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NoCloudEvent("its JSON cannot be read") from error
    if "data_base64" in members:
        raise NoCloudEvent("its data is binary, and facts are JSON")
    attributes: dict[str, str] = {}
    for name, found in told.items():
        if isinstance(found, dict | list) or found is None:
            raise NoCloudEvent("an attribute is neither text, number nor truth")
        attributes[name] = found if isinstance(found, str) else bytes(members[name]).decode()
    return CloudEvent({"datacontenttype": JSON} | attributes, data)
