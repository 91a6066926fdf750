"""Examples of facts and envelopes for tests: any fact class from its field types alone."""

import types
import typing
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any, Final, TypeVar, cast

from beaconfire_contracts.envelope import Cause, Envelope, LogPosition, Scope
from beaconfire_contracts.facts import Fact, key_of, spec_of
from beaconfire_contracts.ids import FactId
from beaconfire_platform.ids import new_id

NOON: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
AN_ID: Final = "01a20d5b-c61e-7871-8c1e-d7b2c5fd741d"

T = TypeVar("T")


def an_example_of(factclass: type[T]) -> T:
    """An instance with one plausible value in every field, optional ones filled too."""
    hints = typing.get_type_hints(factclass)
    members = {
        one.name: _example(hints[one.name])
        # every fact is a dataclass; `fields` raises for anything else
        for one in fields(factclass)  # pyright: ignore[reportArgumentType]
    }
    return factclass(**members)


def _example(hint: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _example(arguments[0])
    if origin is tuple:
        return (_example(arguments[0]),)
    if hasattr(hint, "__supertype__"):
        return AN_ID
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if is_dataclass(hint):
        return an_example_of(cast("type[Any]", hint))
    return {str: "a.b", int: 1, float: 1.5, bool: True, datetime: NOON}[hint]


def envelope_of(
    fact: Fact,
    *,
    version: int = 1,
    row: int = 1,
    time: datetime = NOON,
    cause: Cause | None = None,
    scope: Scope | None = None,
) -> Envelope[Any]:
    """A fact in an envelope, as a consumer would get it."""
    spec = spec_of(fact)
    return Envelope(
        id=FactId(new_id()),
        source=spec.service,
        type=spec.name,
        key=key_of(fact),
        key_version=version,
        time=time,
        cause=cause or Cause(actor="test", correlation_id="test"),
        scope=scope or Scope(),
        position=LogPosition(1, row, row),
        fact=fact,
    )
