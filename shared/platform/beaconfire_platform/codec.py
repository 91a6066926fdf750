"""Facts to bytes and back: JSON by msgspec, the type table of the contracts deciding the class."""

from typing import Any, Final

import msgspec

from beaconfire_contracts.envelope import Cause
from beaconfire_contracts.facts import FACTS, Fact

FACT_BYTES_MAX: Final = 900_000
"""A broker takes records of a megabyte by default; a fact has a few hundred bytes."""
_ENCODER: Final = msgspec.json.Encoder()
_CAUSE: Final = msgspec.json.Decoder(Cause)
_DECODERS: Final[dict[str, msgspec.json.Decoder[Any]]] = {
    name: msgspec.json.Decoder(spec.factclass) for name, spec in FACTS.items()
}
_WITHOUT_MAJOR: Final = frozenset(name.rpartition(".v")[0] for name in FACTS)


class FactTooLarge(ValueError):  # noqa: N818  (said of a fact)
    """A fact that could be told and never published: everything told after it would wait for it."""


class UnknownFact(Exception):  # noqa: N818  (it names what was met, and is caught by name)
    """A fact of a type that this build does not know: nobody here can want it (R15)."""


class UnknownMajor(UnknownFact):
    """A fact whose type is known here, in another major version: somebody here may want it."""


def encode(value: object) -> str:
    """`value` (dataclasses, enums, datetimes, tuples) as JSON text."""
    return _ENCODER.encode(value).decode()


def encode_fact(fact: Fact) -> str:
    """A fact's JSON as it stands in the log; FactTooLarge for one that no broker would take."""
    data = _ENCODER.encode(fact)
    if len(data) > FACT_BYTES_MAX:
        raise FactTooLarge(f"{type(fact).__name__} of {len(data)} bytes")
    return data.decode()


def encode_bytes(value: object) -> bytes:
    """`value` as JSON bytes."""
    return _ENCODER.encode(value)


def decode_fact(type_name: str, data: str | bytes) -> Fact:
    """The fact in `data`; UnknownFact for a type not in the table, ValueError when malformed."""
    decoder = _DECODERS.get(type_name)
    if decoder is None:
        known = type_name.rpartition(".v")[0] in _WITHOUT_MAJOR
        raise UnknownMajor(type_name) if known else UnknownFact(type_name)
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise ValueError(f"{type_name}: {error}") from error


def decode_cause(data: str | bytes) -> Cause:
    """The cause in `data`."""
    return _CAUSE.decode(data)
