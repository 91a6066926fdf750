"""What is written beside the code: docstrings, reasons; nothing left for later, no machine."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from laws.locks import LOCKS
from laws.tree import LAWS_THEMSELVES, Breach, Module, Tree, nodes

LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.$}:/-])/(?:work|root|Users|home)/[\w.]")
BARE_IGNORE = re.compile(r"#\s*(?:(?:type|pyright):\s*ignore(?!\[)|noqa(?!:\s*[A-Z]))")
IGNORE_WITH_CODE = re.compile(
    r"#\s*(?:(?:type|pyright):\s*ignore\[[^\]]+\]|noqa:\s*[A-Z]+\d*(?:\s*,\s*[A-Z]+\d*)*)"
)
VARIABLE = re.compile(r"BEACONFIRE_[A-Z0-9_]*[A-Z0-9]")
SETTINGS_STAND_IN = ("docs/runbook.md", "CONTRIBUTING.md")
REASON_LETTERS_MIN = 4  # a word: "# JSON" is a reason


def modules_say_what_lives_here(tree: Tree) -> Iterator[Breach]:
    """Every shipped module starts with one or two sentences that end in a full stop."""
    for module in tree.sources:
        said = ast.get_docstring(module.tree)
        if not said:
            yield module.breach(1, "no docstring: say what lives here, and why here")
        elif said.rstrip()[-1] not in ".。:)`":
            yield module.breach(1, "the docstring is no sentence: it ends without a full stop")


def nothing_is_left_for_later(tree: Tree) -> Iterator[Breach]:
    """There is no note that promises to finish something another day."""
    for path, text in tree.texts:
        if path.startswith(LAWS_THEMSELVES) or path in LOCKS or path == "pyproject.toml":
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if found := LATER.search(line):
                yield Breach(path, number, f"{found[0]}: do it now or write an issue")


def no_machine_is_named(tree: Tree) -> Iterator[Breach]:
    """No path of somebody's machine is in the tree."""
    for path, text in tree.texts:
        if path.startswith(LAWS_THEMSELVES):
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if found := MACHINE_PATHS.search(line):
                yield Breach(path, number, f"a path of one machine: {found[0]}…")


def ignores_name_their_rule_and_reason(tree: Tree) -> Iterator[Breach]:
    """A silenced checker is silenced for one rule, with the reason beside or above it."""
    for module in tree.modules:
        if module.path.startswith(LAWS_THEMSELVES) or not _says_ignore(module.text):
            continue
        lines = module.text.splitlines()
        for number, comment in _comments(module):
            if BARE_IGNORE.search(comment):
                yield module.breach(number, "silences every rule: name the one that is meant")
            elif found := IGNORE_WITH_CODE.search(comment):
                beside = comment[: found.start()] + comment[found.end() :]
                above = lines[number - 2].strip() if number > 1 else ""
                if _letters(beside) < REASON_LETTERS_MIN and not above.startswith("#"):
                    yield module.breach(number, f"no reason given for: {found[0]}")


def every_variable_is_in_the_docs(tree: Tree) -> Iterator[Breach]:
    """Each environment variable that the program reads stands in the runbook."""
    told = "\n".join(tree.read(path) for path in SETTINGS_STAND_IN if tree.has(path))
    for module in tree.sources:
        for node in nodes(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                name = node.value
                if VARIABLE.fullmatch(name) and f"`{name}`" not in told:
                    yield module.breach(node, f"{name} is not in {SETTINGS_STAND_IN[0]}")


def _says_ignore(text: str) -> bool:
    """Whether there is anything to read comment by comment: both patterns need a match in it."""
    return bool(BARE_IGNORE.search(text) or IGNORE_WITH_CODE.search(text))


def _comments(module: Module) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(module.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _letters(text: str) -> int:
    return sum(character.isalpha() for character in text)
