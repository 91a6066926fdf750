"""What the inner rooms may touch: contracts the standard library, domain nothing."""

import ast
import sys
from collections.abc import Iterator

from laws.tree import Breach, Module, Tree, classes, imports, nodes

DOMAIN_MAY_IMPORT = frozenset(
    {"__future__", "abc", "bisect", "collections", "copy", "dataclasses", "datetime", "decimal"}
    | {"enum", "fractions", "functools", "hashlib", "heapq", "itertools", "json", "math"}
    | {"operator", "re", "statistics", "string", "types", "typing", "unicodedata"}
    | {"beaconfire_contracts", "beaconfire_spatial", "numpy", "scipy", "shapely"}
)
APPLICATION_MAY_NOT_IMPORT = frozenset(
    {"logging", "structlog", "os", "time", "random", "secrets", "socket", "subprocess", "pathlib"}
    | {"asyncpg", "fastapi", "httpx", "pydantic", "starlette", "uvicorn", "websockets"}
    | {"beaconfire_platform"}
)
CLOCKS = frozenset({"now", "utcnow", "today"})
CLOCK_OWNERS = frozenset({"datetime", "date"})
DOORS_TO_OUTSIDE = frozenset({"open", "print", "input", "exec", "eval", "__import__"})
FACT_FIELDS_FORBIDDEN = frozenset(
    {"phone", "telephone", "text", "note", "reporter", "address", "description", "comment"}
    | {"email", "prose", "message", "caller", "password", "words"}
)
PEOPLE = ("Person", "User", "Reporter", "Caller")


def contracts_stand_on_the_standard_library(tree: Tree) -> Iterator[Breach]:
    """Contracts import the standard library and themselves, nothing else."""
    for module in tree.sources:
        if module.package != "beaconfire_contracts":
            continue
        for node, name in imports(module.tree):
            top = name.split(".", 1)[0]
            if top not in sys.stdlib_module_names and top != "beaconfire_contracts":
                yield module.breach(node, f"contracts import {top}")


def domain_is_pure(tree: Tree) -> Iterator[Breach]:
    """Domain has no await, clock, random, environment, log or I/O."""
    for module in tree.sources:
        if module.room == "domain":
            yield from _foreign_imports(module)
            yield from _awaits(module)
            yield from _clocks(module)
            yield from _doors(module)


def application_is_handed_everything(tree: Tree) -> Iterator[Breach]:
    """Application neither logs nor reads a clock nor knows a library of the outside."""
    for module in tree.sources:
        if module.room != "application":
            continue
        yield from _clocks(module)
        for node, name in imports(module.tree):
            if name.split(".", 1)[0] in APPLICATION_MAY_NOT_IMPORT:
                yield module.breach(node, f"application imports {name}")


def facts_carry_no_prose_and_no_people(tree: Tree) -> Iterator[Breach]:
    """No fact has a field for words somebody said or for who somebody is: the log is for ever."""
    for module in tree.sources:
        if not module.dotted.startswith("beaconfire_contracts.facts."):
            continue
        for holder in classes(module.tree):
            for field in _fields(holder):
                if field in FACT_FIELDS_FORBIDDEN or field.endswith(("_text", "_phone", "_prose")):
                    yield module.breach(holder, f"fact {holder.name} has the field {field}")
                elif field in {"name", "full_name"} and holder.name.startswith(PEOPLE):
                    yield module.breach(holder, f"fact {holder.name} names a person")


def _foreign_imports(module: Module) -> Iterator[Breach]:
    for node, name in imports(module.tree):
        top = name.split(".", 1)[0]
        if name.startswith(("numpy.random", "scipy.stats")):
            yield module.breach(node, f"domain draws lots with {name}")
        elif top not in DOMAIN_MAY_IMPORT and not name.startswith(f"{module.package}.domain"):
            yield module.breach(node, f"domain imports {name}")


def _awaits(module: Module) -> Iterator[Breach]:
    waiting = ast.Await | ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith
    for node in nodes(module.tree):
        if isinstance(node, waiting):
            yield module.breach(node, "domain waits: async or await")
        elif isinstance(node, ast.Global):
            yield module.breach(node, "domain keeps state of its own: global")


def _clocks(module: Module) -> Iterator[Breach]:
    for node in nodes(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS:
            owner = node.value
            name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
            if name in CLOCK_OWNERS:
                yield module.breach(node, f"{module.room} reads a clock: {name}.{node.attr}")


def _doors(module: Module) -> Iterator[Breach]:
    for node in nodes(module.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in DOORS_TO_OUTSIDE:
                yield module.breach(node, f"domain calls {node.func.id}")
        elif isinstance(node, ast.Attribute) and node.attr == "random":
            yield module.breach(node, "domain draws lots: .random")


def _fields(holder: ast.ClassDef) -> Iterator[str]:
    for statement in holder.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id
