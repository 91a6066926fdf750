"""A source tree as the laws see it: its files, its Python modules and the room each belongs to."""

import ast
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path, PurePosixPath

FOLDERS_LEFT_OUT = frozenset(
    {".git", ".venv", ".bootstrap", ".beaconfire", "node_modules", "dist", "build", "static"}
    | {"__pycache__", ".ruff_cache", ".import_linter_cache", ".hypothesis", ".pytest_cache"}
    | {"test-results", "coverage", ".vite"}
)
TEXT_SUFFIXES = frozenset(
    {".py", ".ts", ".svelte", ".js", ".mjs", ".html", ".css", ".sql", ".sh", ".toml", ".yml"}
    | {".yaml", ".json", ".md", ".lock", ".cfg", ".ini", ""}
)
TEXT_BYTES_MAX = 1_000_000  # beyond this it is data, not something people write
SOURCE_FOLDERS = ("services", "shared", "src")
ROOMS = ("domain", "application", "adapters", "entrypoints")
LAWS_THEMSELVES = "tests/architecture/"


@dataclass(frozen=True, slots=True, order=True)
class Breach:
    """One place where a law is broken."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """Write it so that an editor can jump there."""
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Module:
    """A Python module with its parsed form."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, filename=self.path)

    @property
    def stem(self) -> str:
        """Its name without package and suffix."""
        return PurePosixPath(self.path).stem

    @property
    def is_source(self) -> bool:
        """Whether it is part of what we ship."""
        return self.path.startswith(tuple(f"{folder}/" for folder in SOURCE_FOLDERS))

    @property
    def is_test(self) -> bool:
        """Whether it is part of the tests."""
        return self.path.startswith("tests/")

    @property
    def package(self) -> str:
        """The import package it belongs to, such as beaconfire_incident; empty outside of any."""
        return self.dotted.split(".", 1)[0] if self.is_source else ""

    @property
    def dotted(self) -> str:
        """Its import name, such as beaconfire_incident.domain.incident."""
        parts = PurePosixPath(self.path).with_suffix("").parts
        inside = parts[1:] if parts[0] == "src" else parts[2:]
        return ".".join(inside[:-1] if inside[-1:] == ("__init__",) else inside)

    @property
    def room(self) -> str:
        """The room of its service: domain, application, adapters, entrypoints, or nothing."""
        parts = PurePosixPath(self.path).parts
        return parts[3] if parts[0] == "services" and len(parts) > 4 else ""

    def breach(self, node: ast.AST | int, what: str) -> Breach:
        """Name a breach at a node or a line of this module."""
        line = node if isinstance(node, int) else getattr(node, "lineno", 1)
        return Breach(self.path, line, what)


class Tree:
    """All files below a root, read once."""

    def __init__(self, root: Path) -> None:
        """Look at the files below `root`."""
        self.root = root

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Every file of the tree, relative, in order; what is made or fetched is left out."""
        return tuple(sorted(self._walk()))

    @cached_property
    def modules(self) -> tuple[Module, ...]:
        """Every Python module of the tree."""
        return tuple(Module(path, self.read(path)) for path in self.paths if path.endswith(".py"))

    @property
    def sources(self) -> Iterator[Module]:
        """The modules that we ship."""
        return (module for module in self.modules if module.is_source)

    @property
    def modules_of_tests(self) -> Iterator[Module]:
        """The modules of the tests."""
        return (module for module in self.modules if module.is_test)

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Every file that people write, with its text."""
        for path in self.paths:
            file = self.root / path
            if file.suffix in TEXT_SUFFIXES and file.stat().st_size <= TEXT_BYTES_MAX:
                yield path, self.read(path)

    def read(self, path: str) -> str:
        """Read a file of the tree."""
        return (self.root / path).read_text(encoding="utf-8", errors="replace")

    def has(self, path: str) -> bool:
        """Whether the tree has this file or folder."""
        return (self.root / path).exists()

    def _walk(self) -> Iterator[str]:
        for folder, names, files in os.walk(self.root):
            names[:] = [name for name in names if name not in FOLDERS_LEFT_OUT]
            for file in files:
                yield Path(folder, file).relative_to(self.root).as_posix()


@cache
def nodes(tree: ast.Module) -> tuple[ast.AST, ...]:
    """Every node of a module: two dozen laws look at each, and it is walked through once."""
    return tuple(ast.walk(tree))


@cache
def functions(tree: ast.Module) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef, ...]:
    """Every function and method, nested ones too."""
    return tuple(
        node for node in nodes(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@cache
def classes(tree: ast.Module) -> tuple[ast.ClassDef, ...]:
    """Every class, nested ones too."""
    return tuple(node for node in nodes(tree) if isinstance(node, ast.ClassDef))


def imports(tree: ast.Module) -> Iterator[tuple[ast.stmt, str]]:
    """Every imported name with its statement: `from a import b` gives a.b."""
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node, f"{node.module or ''}.{alias.name}"
