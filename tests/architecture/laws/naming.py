"""Names come from the field: what has no name has no home."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from laws.tree import LAWS_THEMSELVES, Breach, Module, Tree, classes, functions, nodes

HOMELESS = frozenset(
    {"util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"}
)
HOMELESS_WHOLE = frozenset({"base", "kit", "stuff", "core", "lib"})
WEAK_VERBS = re.compile(r"_*(handle|process|manage)_")
WEAK_CLASSES = re.compile(r"(Manager|Helper|Util|Utils|Misc)$")
WEAK_SCRIPT_VERBS = re.compile(r"\bfunction\s+((?:handle|process|manage)[A-Z]\w*)")
NAMED_FOLDERS = ("services/", "shared/", "src/", "tests/", "web/src/", "tools/")

# Words we do not use, and where such a word is the right one after all.
WRONG_WORDS: dict[str, tuple[str, ...]] = {
    "job": (),
    "jobs": (),
    # the feed's one-use pass, which the room, its edge and its clients name
    "ticket": ("feed", "ticket", "situation", "simulation", "demo", "bench"),
    "tickets": ("feed", "ticket", "situation"),
    # the levels of a run card are called first alarm, second alarm
    "alarm": ("dispatch",),
}


def files_have_a_name(tree: Tree) -> Iterator[Breach]:
    """No file or folder is called utils, common, helpers, base, manager or misc."""
    for path in tree.paths:
        if not path.startswith(NAMED_FOLDERS):
            continue
        for part in PurePosixPath(path).parts:
            stem = part.split(".", 1)[0].lower()
            words = re.split(r"[_-]", stem)
            if stem in HOMELESS_WHOLE or HOMELESS.intersection(words):
                yield Breach(path, 1, f"{part} is no name: say what lives there")


def functions_say_what_they_do(tree: Tree) -> Iterator[Breach]:
    """No function is called handle_, process_ or manage_ something."""
    for module in tree.modules:
        for function in functions(module.tree):
            if WEAK_VERBS.match(function.name):
                yield module.breach(function, f"{function.name}: name what it does")
    for path, text in tree.texts:
        if path.startswith("web/src/") and path.endswith((".ts", ".svelte")):
            for number, line in enumerate(text.splitlines(), start=1):
                if found := WEAK_SCRIPT_VERBS.search(line):
                    yield Breach(path, number, f"{found[1]}: name what it does")


def classes_say_what_they_are(tree: Tree) -> Iterator[Breach]:
    """No class is a Manager, a Helper or a Util."""
    for module in tree.modules:
        for holder in classes(module.tree):
            if WEAK_CLASSES.search(holder.name):
                yield module.breach(holder, f"{holder.name}: name what it is")


def words_come_from_the_vocabulary(tree: Tree) -> Iterator[Breach]:
    """Classes, functions and fields do not use the words that the vocabulary rules out."""
    for module in tree.modules:
        if module.path.startswith(LAWS_THEMSELVES):
            continue
        for node, name in _defined(module):
            for word in _words(name):
                allowed = WRONG_WORDS.get(word)
                if allowed is not None and not any(part in module.path for part in allowed):
                    yield module.breach(node, f"{name}: we do not say {word}")


def _defined(module: Module) -> Iterator[tuple[ast.AST, str]]:
    for node in nodes(module.tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node, node.name
        elif isinstance(node, ast.arg):
            yield node, node.arg
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node, node.target.id


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]
