"""Writes the contracts as TypeScript, so that the pages cannot drift from what services tell.

`python -m beaconfire.web_types` writes web/src/kernel/generated/contracts.ts; with `--check` it
only says whether that file is what it would write, which `make check` asks.
"""

import inspect
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from beaconfire_contracts import duties, feed, ids, needs, places, vocabulary
from beaconfire_contracts.facts import (
    FACTS,
    agency,
    aid,
    casualties,
    dispatch,
    dispatch_life,
    geo,
    grid_work,
    incident,
    standing_by,
    stations,
)
from beaconfire_platform.described.payloads import frame_mark

WRITTEN_TO: Final = Path("web", "src", "kernel", "generated", "contracts.ts")
HEAD: Final = (
    "// Made from the contracts by `python -m beaconfire.web_types`; never edited by hand.\n"
)
MODULES: Final = (
    ids, vocabulary, places, needs, duties, agency, geo, incident, dispatch, dispatch_life,
    grid_work, aid, casualties, standing_by, stations, feed,
)  # fmt: skip
_WORDS: Final[dict[object, str]] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    datetime: "Moment",
    object: "unknown",
    type(None): "null",
}


def typescript() -> str:
    """The contracts that pages see, as one TypeScript module."""
    parts = [HEAD, "/** A moment in UTC, ISO 8601. */\nexport type Moment = string;\n"]
    for module in MODULES:
        parts.append(f"// {module.__name__}\n")
        parts.extend(_declarations(module))
    parts.append(_fact_table())
    parts.extend(_constants())
    return "\n".join(parts)


def _declarations(module: ModuleType) -> Iterator[str]:
    for name, thing in vars(module).items():
        if getattr(thing, "__module__", None) != module.__name__ or name.startswith("_"):
            continue
        if hasattr(thing, "__supertype__"):
            yield f"export type {name} = string;\n"
        elif isinstance(thing, type) and issubclass(thing, Enum):
            yield _comment(thing) + _closed_list(thing)
        elif isinstance(thing, type) and is_dataclass(thing):
            yield _comment(thing) + _interface(thing)


def _comment(holder: type) -> str:
    said = (inspect.getdoc(holder) or "").split("\n\n", 1)[0].replace("\n", " ")
    return f"/** {said} */\n"


def _closed_list(words: type[Enum]) -> str:
    """A list of words as a frozen array and the union of its members."""
    name = words.__name__
    listed = ",\n".join(f"  {_literal(word.value)}" for word in words)
    return (
        f"export const {name} = [\n{listed},\n] as const;\n"
        f"export type {name} = (typeof {name})[number];\n"
    )


def _interface(holder: type[Any]) -> str:
    hints = typing.get_type_hints(holder)
    mark = frame_mark(holder)
    lines = [] if mark is None else [f'  readonly t: "{mark}";']
    lines += [f"  readonly {one.name}: {_type(hints[one.name])};" for one in fields(holder)]
    return "\n".join([f"export interface {holder.__name__} {{", *lines, "}\n"])


def _type(hint: Any) -> str:
    """A Python type as TypeScript, by the form in which JSON carries it."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " | ".join(_type(one) for one in arguments)
    if origin is tuple:
        return f"readonly {_bracketed(_type(arguments[0]))}[]"
    if origin is dict:
        return f"{{ readonly [name: string]: {_type(arguments[1])} }}"
    if hint in _WORDS:
        return _WORDS[hint]
    if hasattr(hint, "__supertype__") or (isinstance(hint, type) and _is_ours(hint)):
        return str(hint.__name__)
    raise TypeError(f"no TypeScript for {hint}")


def _is_ours(holder: type) -> bool:
    return issubclass(holder, Enum) or is_dataclass(holder)


def _bracketed(text: str) -> str:
    return f"({text})" if "|" in text else text


def _fact_table() -> str:
    rows = "\n".join(
        f'  readonly "{name}": {spec.factclass.__name__};' for name, spec in FACTS.items()
    )
    return f"/** Every fact by its type on the wire. */\nexport interface Facts {{\n{rows}\n}}\n"


def _constants() -> Iterator[str]:
    yield f'export const UNPLACED = "{places.UNPLACED}";\n'
    for name in ("SUBPROTOCOL", "POSITION_ENTRY_BYTES", "HEADING_UNKNOWN", "HEARTBEAT_S"):
        yield f"export const {name} = {_literal(getattr(feed, name))};\n"
    yield "/** A status travels in binary frames as its place in this list. */"
    yield "export const STATUS_ORDER = UnitStatus;\n"
    codes = "".join(f"  {code.name}: {int(code)},\n" for code in feed.CloseCode)
    yield f"export const CLOSE_CODES = {{\n{codes}}} as const;\n"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else f"{value}"


def main(arguments: list[str]) -> int:
    """Write the file below the present folder, or with --check compare it."""
    wanted = typescript()
    if arguments == ["--check"]:
        same = WRITTEN_TO.exists() and WRITTEN_TO.read_text(encoding="utf-8") == wanted
        if not same:
            sys.stderr.write(f"{WRITTEN_TO} is stale: run make web-types\n")
        return 0 if same else 1
    WRITTEN_TO.parent.mkdir(parents=True, exist_ok=True)
    WRITTEN_TO.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
