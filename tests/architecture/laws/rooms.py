"""Know one service, know all: each has the same rooms, and each module its test."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from laws.tree import ROOMS, Breach, Module, Tree, functions, imports, nodes

SERVICES = ("agency", "dispatch", "geo", "incident", "situation")
FILES_WANTED = ("__init__.py", "main.py", "settings.py", "application/ports.py")
FILES_ALLOWED = frozenset({"__init__.py", "__main__.py", "main.py", "settings.py", "py.typed"})
README_SUBJECTS = ("owns", "facts in", "facts out", "refusals")
FACTS = "beaconfire_contracts.facts."
UNTESTED_STEMS = frozenset({"__init__", "__main__", "main", "settings", "conftest"})
NOT_USE_CASES = frozenset({"__init__", "ports", "queries"})
MIGRATION_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")


def every_service_has_the_same_rooms(tree: Tree) -> Iterator[Breach]:
    """A service has domain, application, adapters, entrypoints, main and settings, and no more."""
    for service in SERVICES:
        house = f"services/{service}/beaconfire_{service}"
        for wanted in (*FILES_WANTED, *(f"{room}/__init__.py" for room in ROOMS)):
            if not tree.has(f"{house}/{wanted}"):
                yield Breach(f"{house}/{wanted}", 1, f"{service} has no {wanted}")
        yield from _strange_rooms(tree, house)


def every_service_says_what_it_owns(tree: Tree) -> Iterator[Breach]:
    """The README beside a service says what it owns, hears, tells and refuses, fact by fact."""
    for service in SERVICES:
        path = f"services/{service}/README.md"
        text = tree.read(path) if tree.has(path) else ""
        for subject in README_SUBJECTS:
            if not re.search(rf"\b{subject}\b", text, flags=re.IGNORECASE):
                yield Breach(path, 1, f"says nothing about “{subject}”")
        for name in sorted(_facts_named_in(tree, service)):
            if f"`{name}`" not in text:
                yield Breach(path, 1, f"does not mention {name}, which its code hears or tells")


def migrations_are_numbered(tree: Tree) -> Iterator[Breach]:
    """Migrations are called 0001_what_it_does.sql and count up without a gap."""
    folders: dict[str, list[str]] = {}
    for path in tree.paths:
        pure = PurePosixPath(path)
        if pure.suffix == ".sql" and pure.parent.name == "migrations":
            folders.setdefault(pure.parent.as_posix(), []).append(pure.name)
            if not MIGRATION_NAME.fullmatch(pure.name):
                yield Breach(path, 1, "a migration is called 0001_what_it_does.sql")
    for folder, names in folders.items():
        numbers = sorted({name[:4] for name in names})
        if numbers != [f"{number:04}" for number in range(1, len(numbers) + 1)]:
            yield Breach(folder, 1, f"the numbers have a gap: {', '.join(numbers)}")


def a_use_case_is_one_function(tree: Tree) -> Iterator[Breach]:
    """A file of application holds one public function, beside the `keys` it locks."""
    for module in tree.sources:
        if module.room != "application" or module.stem in NOT_USE_CASES:
            continue
        if _only_promises(module):
            continue
        public = [
            node.name
            for node in module.tree.body
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            and not node.name.startswith("_")
            and node.name != "keys"
        ]
        if len(public) != 1:
            found = ", ".join(public) or "none"
            yield module.breach(1, f"one use case, one file, one function; found {found}")


def every_module_has_its_test(tree: Tree) -> Iterator[Breach]:
    """Each module has a test_<module>.py that imports its package or lies in its folder."""
    tested = {
        (module.stem.removeprefix("test_"), package)
        for module in tree.modules_of_tests
        if module.stem.startswith("test_") and _has_a_test(module)
        for package in _covers(module)
    }
    for module in tree.sources:
        if module.stem in UNTESTED_STEMS or "/migrations/" in module.path:
            continue
        if _only_promises(module):
            continue
        if (module.stem, module.package) not in tested:
            wanted = f"no test_{module.stem}.py that tests {module.package}"
            yield module.breach(1, f"{module.dotted}: {wanted}")


def _strange_rooms(tree: Tree, house: str) -> Iterator[Breach]:
    for path in tree.paths:
        if path.startswith(f"{house}/"):
            inside = path.removeprefix(f"{house}/")
            first = inside.split("/", 1)[0]
            if first not in ROOMS and inside not in FILES_ALLOWED:
                yield Breach(path, 1, f"{first} is not a room of a service")


def _facts_named_in(tree: Tree, service: str) -> Iterator[str]:
    """The facts that a service's code imports: to tell them, or to react to them."""
    known = {
        f"{module.dotted}.{node.name}"
        for module in tree.sources
        if module.dotted.startswith(FACTS)
        for node in module.tree.body
        if isinstance(node, ast.ClassDef) and "fact" in map(_decorator, node.decorator_list)
    }
    for module in tree.sources:
        if module.package == f"beaconfire_{service}":
            for name in (*_imported(module.tree), *_reached(module.tree)):
                if name in known:
                    yield name.rpartition(".")[2]


def _imported(tree: ast.Module) -> Iterator[str]:
    for _, name in imports(tree):
        yield name


def _reached(tree: ast.Module) -> Iterator[str]:
    """What is taken out of a module of facts, whatever that is called here: `told.NoteWritten`."""
    called = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in nodes(tree)
        if isinstance(node, ast.ImportFrom) and f"{node.module}." == FACTS
        for alias in node.names
    }
    for node in nodes(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = called.get(node.value.id)
            if module is not None:
                yield f"{module}.{node.attr}"


def _decorator(node: ast.expr) -> str:
    name = node.func if isinstance(node, ast.Call) else node
    return name.id if isinstance(name, ast.Name) else ""


def _has_a_test(module: Module) -> bool:
    return any(function.name.startswith("test_") for function in functions(module.tree)) or any(
        isinstance(node, ast.Assign) and "TestCase" in ast.dump(node) for node in module.tree.body
    )


def _covers(module: Module) -> Iterator[str]:
    """The packages that a test module is about: those it imports, those named by its folders."""
    for _, name in imports(module.tree):
        yield name.split(".", 1)[0]
    for part in PurePosixPath(module.path).parts[:-1]:
        yield f"beaconfire_{part}"
        yield part


def _only_promises(module: Module) -> bool:
    """Whether nothing here can run: protocols, whose bodies are three dots, and bare values."""
    holders = [node for node in module.tree.body if isinstance(node, ast.ClassDef)]
    bodies = [statement for function in functions(module.tree) for statement in function.body]
    promised = all(
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        for statement in bodies
    )
    return promised and any(_is_protocol(holder) for holder in holders)


def _is_protocol(holder: ast.ClassDef) -> bool:
    return any("Protocol" in ast.dump(parent) for parent in holder.bases)
