"""The one table fact → type name, service and stream key, filled by the `fact` decorator."""

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, dataclass, fields
from types import MappingProxyType
from typing import Any, ClassVar, Final, Protocol, TypeVar


class Fact(Protocol):
    """Something that happened, told once by its owner, never changed: a frozen dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """How one fact is named and ordered: its type name, its service, the field that is its key."""

    name: str
    service: str
    key_field: str
    factclass: type[Fact]


_BY_TYPE: Final[dict[str, FactSpec]] = {}
_BY_CLASS: Final[dict[type[Fact], FactSpec]] = {}
FACTS: Final[Mapping[str, FactSpec]] = MappingProxyType(_BY_TYPE)
"""Every fact by its CloudEvents type name."""

T = TypeVar("T")


def fact(service: str, *, key: str, major: int = 1) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as a fact of `service`, ordered by its field `key`."""

    def register(factclass: type[T]) -> type[T]:
        # what is decorated here is a dataclass, or `fields` raises at import
        names = {field.name for field in fields(factclass)}  # pyright: ignore[reportArgumentType]
        if key not in names:
            raise TypeError(f"{factclass.__name__} has no field {key}")
        kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", factclass.__name__).lower()
        name = f"beaconfire.{service}.{kebab}.v{major}"
        if name in _BY_TYPE:
            raise TypeError(f"{name} is registered twice")
        # a dataclass by now, which is all that Fact asks for
        spec = FactSpec(name, service, key, factclass)  # pyright: ignore[reportArgumentType]
        _BY_TYPE[name] = spec
        _BY_CLASS[spec.factclass] = spec
        return factclass

    return register


def spec_of(told: Fact) -> FactSpec:
    """The table's row for a fact; KeyError when its class was never registered."""
    return _BY_CLASS[type(told)]


def spec_for(factclass: type[Fact]) -> FactSpec:
    """The table's row for a class of facts; KeyError when it was never registered."""
    return _BY_CLASS[factclass]


def key_of(told: Fact) -> str:
    """The stream key of a fact: the id of the aggregate by which it is ordered."""
    return str(getattr(told, spec_of(told).key_field))
