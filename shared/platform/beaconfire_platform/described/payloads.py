"""JSON Schemas of what is told, by msgspec from the classes themselves, moments marked as such.

They are draft 2020-12 and use nothing that draft-07, which AsyncAPI 3.0 asks for, lacks.
"""

import inspect
import types
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any, Final

import msgspec

Schema = dict[str, Any]
PLACE: Final = "#/components/schemas/"
FRAME_MARK: Final = "`t: "


def schemas_of(told: Iterable[type]) -> tuple[dict[type, str], dict[str, Schema]]:
    """The name of each class among the schemas, and the schemas of all that these reach."""
    holders = list(dict.fromkeys(one for root in told for one in _reached(root)))
    refs, made = msgspec.json.schema_components(
        holders, schema_hook=_anything, ref_template=PLACE + "{name}"
    )
    schemas: dict[str, Schema] = msgspec.json.decode(msgspec.json.encode(made))
    names = {
        holder: str(ref["$ref"]).removeprefix(PLACE)
        for holder, ref in zip(holders, refs, strict=True)
    }
    for holder, name in names.items():
        hints = typing.get_type_hints(holder)
        schemas[name]["description"] = inspect.getdoc(holder)
        for member, schema in schemas[name]["properties"].items():
            _mark_moments(schema, hints[member])
        if mark := frame_mark(holder):
            _mark_frame(schemas[name], mark)
    return names, schemas


def inlined(schema: Mapping[str, Any], schemas: Mapping[str, Schema]) -> Schema:
    """The schema with everything it refers to in place: it stands by itself."""
    if "$ref" in schema:
        return inlined(schemas[str(schema["$ref"]).removeprefix(PLACE)], schemas)
    return {name: _inlined(value, schemas) for name, value in schema.items()}


def frame_mark(holder: type) -> str | None:
    """The member `t` by which a frame is known; its docstring begins with it."""
    said = inspect.getdoc(holder) or ""
    if not said.startswith(FRAME_MARK):
        return None
    return said.removeprefix(FRAME_MARK).split("`", 1)[0]


def _inlined(value: Any, schemas: Mapping[str, Schema]) -> Any:
    if isinstance(value, dict):
        return inlined(value, schemas)
    if isinstance(value, list):
        return [_inlined(one, schemas) for one in value]
    return value


def _anything(kind: type) -> Schema:
    if kind is object:
        return {"description": "Any JSON value."}
    raise NotImplementedError(f"no JSON Schema for {kind}")


def _reached(hint: Any) -> Iterator[type]:
    """Every dataclass in a type: itself, its members', those inside unions and tuples."""
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
        hints = typing.get_type_hints(hint)
        for one in fields(hint):
            yield from _reached(hints[one.name])
    for argument in typing.get_args(hint):
        yield from _reached(argument)


def _mark_moments(schema: Schema, hint: Any) -> None:
    """Say of a string that it is a moment; msgspec says so of constrained ones only."""
    if hint is datetime:
        schema["format"] = "date-time"
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (typing.Union, types.UnionType) and datetime in arguments:
        for option in schema["anyOf"]:
            if option.get("type") == "string":
                option["format"] = "date-time"
    elif typing.get_origin(hint) is tuple:
        _mark_moments(schema["items"], arguments[0])


def _mark_frame(schema: Schema, mark: str) -> None:
    schema["properties"] = {"t": {"const": mark}, **schema["properties"]}
    schema["required"] = ["t", *schema.get("required", ())]
