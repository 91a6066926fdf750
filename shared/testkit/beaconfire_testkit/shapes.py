"""The shape of a fact on the wire, and what a newer shape takes away from readers of an older one.

A shape is the fact's JSON Schema without words and without names of classes, so that it changes
only when the wire does. Within a major a shape may grow in two ways: a field with a default, a word
in a closed list.
"""

from collections.abc import Iterator
from typing import Any, Final

from beaconfire_platform.described.payloads import inlined, schemas_of

Shape = dict[str, Any]
NULL: Final = {"type": "null"}
_WORDS: Final = frozenset({"title", "description"})
_GROWING: Final = frozenset({"properties", "required", "enum", "items", "anyOf"})


def shape_of(factclass: type) -> Shape:
    """What a fact looks like on the wire today."""
    names, schemas = schemas_of([factclass])
    return _wordless(inlined(schemas[names[factclass]], schemas))


def losses(old: Shape, new: Shape, at: str = "it") -> Iterator[str]:
    """What a reader or a record of the old shape loses by the new one; nothing when it only grew.

    Empty for equal shapes, and for one with more fields that have defaults or more words.
    """
    was, now = _or_null(old), _or_null(new)
    if was[1] != now[1]:
        yield f"{at} may {'no longer ' if was[1] else ''}be null"
    elif ("default" in old or "default" in new) and old.get("default") != new.get("default"):
        yield f"{at} has another default"
    else:
        yield from _losses(was[0], now[0], at)


def bare(value: Any, shape: Shape) -> Any:
    """The least of a value that has this shape: no field with a default, null where it may be."""
    told, may_be_null = _or_null(shape)
    if may_be_null:
        return None
    if isinstance(value, dict) and "properties" in told:
        return {
            name: bare(inside, told["properties"][name])
            for name, inside in value.items()
            if name in told["required"]
        }
    return [] if isinstance(value, list) else value


def _losses(old: Shape, new: Shape, at: str) -> Iterator[str]:
    if _fixed(old) != _fixed(new):
        yield f"{at} has another type"
        return
    lost = [word for word in old.get("enum", ()) if word not in new.get("enum", ())]
    if lost:
        yield f"{at} can no longer be {', '.join(map(str, lost))}"
    if "items" in old:
        yield from losses(old["items"], new["items"], f"{at}[]")
    if "properties" in old:
        yield from _field_losses(old, new, at)


def _field_losses(old: Shape, new: Shape, at: str) -> Iterator[str]:
    was, now = old["properties"], new["properties"]
    for name in was:
        if name in now:
            yield from losses(was[name], now[name], f"{at}.{name}")
        else:
            yield f"{at}.{name} is gone"
    for name in new["required"]:
        if name not in old["required"]:
            yield f"{at}.{name} has no default" + ("" if name in was else " and is new")


def _fixed(shape: Shape) -> Shape:
    """What of a shape never changes, and whether it has what may grow."""
    return {name: name in _GROWING or value for name, value in shape.items() if name != "default"}


def _or_null(shape: Shape) -> tuple[Shape, bool]:
    """A shape without null among its kinds, and whether null was one."""
    kinds = [kind for kind in shape.get("anyOf", ()) if kind != NULL]
    distinct = [kind for nth, kind in enumerate(kinds) if kind not in kinds[:nth]]
    if not distinct:
        return shape, False
    if len(distinct) > 1:
        raise TypeError(f"a field is of one kind, or null: {shape}")
    return distinct[0], NULL in shape["anyOf"]


def _wordless(value: Any, *, are_names: bool = False) -> Any:
    """Without titles, descriptions and the order of fields; a field may be called `title`."""
    if isinstance(value, dict):
        return {
            name: sorted(inside)
            if name == "required" and not are_names
            else _wordless(inside, are_names=name == "properties" and not are_names)
            for name, inside in value.items()
            if are_names or name not in _WORDS
        }
    if isinstance(value, list):
        return [_wordless(inside) for inside in value]
    return value
