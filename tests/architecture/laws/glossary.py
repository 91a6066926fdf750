"""The glossary: every class of contracts and domain in one sentence, in English and in Chinese.

The sentence is the class's docstring. Its Chinese stands in parentheses at its end, or in
docs/glossary.zh.toml, where facts and long names find room.
"""

import ast
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

from laws.tree import Breach, Module, Tree

GLOSSARY = "docs/glossary.md"
CHINESE_WORDS = "docs/glossary.zh.toml"
CHINESE = re.compile(r"[\u4e00-\u9fff][^()]*")
IN_PARENTHESES = re.compile(r"\s*\(([^()]*[\u4e00-\u9fff][^()]*)\)")
SENTENCE_BREAK = re.compile(r"[.!。]\s+[A-Z\u4e00-\u9fff]")
HEAD = """# Glossary · 词汇表

Made by `make glossary` from the docstrings of contracts and domain; `make check` fails when it is
stale. One word, one thing: spelled the same in code, API, database, web and docs.

由 `make glossary` 根据 contracts 与 domain 的说明生成。
一词一义：代码、接口、数据库、页面、文档写法一致。
"""
TABLE_HEAD = "| word | 中文 | meaning |\n|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Entry:
    """One class with its place, its sentence and its Chinese name."""

    module: Module
    node: ast.ClassDef
    sentence: str
    chinese: str


def glossary_classes_have_one_sentence(tree: Tree) -> Iterator[Breach]:
    """Each class of contracts and domain says in one sentence what it is."""
    for entry in _entries(tree):
        name, sentence = entry.node.name, entry.sentence
        if not sentence:
            yield entry.module.breach(entry.node, f"{name} has no docstring")
        elif sentence[-1] not in ".。":
            yield entry.module.breach(entry.node, f"{name}: its sentence has no full stop")
        elif SENTENCE_BREAK.search(sentence):
            yield entry.module.breach(
                entry.node, f"{name}: more than one sentence before a blank line"
            )


def glossary_classes_have_a_chinese_name(tree: Tree) -> Iterator[Breach]:
    """Each class of contracts and domain has its Chinese name."""
    entries = list(_entries(tree))
    for entry in entries:
        if not entry.chinese:
            name = entry.node.name
            what = (
                f"{name}: no Chinese, neither in its docstring's parentheses nor in {CHINESE_WORDS}"
            )
            yield entry.module.breach(entry.node, what)
    known = {entry.node.name for entry in entries}
    for name in _chinese_words(tree):
        if name not in known:
            yield Breach(CHINESE_WORDS, 1, f"{name} is no class of contracts or domain")


def glossary_is_fresh(tree: Tree) -> Iterator[Breach]:
    """docs/glossary.md is exactly what `make glossary` writes."""
    if not tree.has(GLOSSARY) or tree.read(GLOSSARY) != written(tree):
        yield Breach(GLOSSARY, 1, "stale: run make glossary")


def written(tree: Tree) -> str:
    """Write the glossary of a tree: a table for each module, in the order of the tree."""
    parts = [HEAD]
    heading = ""
    for entry in _entries(tree):
        if entry.module.dotted != heading:
            heading = entry.module.dotted
            parts.append(f"\n## `{heading}`\n\n{TABLE_HEAD}")
        plain = IN_PARENTHESES.sub("", entry.sentence).replace("|", "\\|")
        parts.append(f"| **{entry.node.name}** | {entry.chinese} | {plain} |\n")
    return "".join(parts)


def _entries(tree: Tree) -> Iterator[Entry]:
    words = _chinese_words(tree)
    for module in tree.sources:
        if module.package != "beaconfire_contracts" and module.room != "domain":
            continue
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                sentence = _first_sentence(node)
                yield Entry(module, node, sentence, words.get(node.name) or _chinese_in(sentence))


def _first_sentence(node: ast.ClassDef) -> str:
    paragraph = (ast.get_docstring(node) or "").split("\n\n", 1)[0]
    return " ".join(paragraph.split())


def _chinese_in(sentence: str) -> str:
    inside = IN_PARENTHESES.search(sentence)
    found = CHINESE.search(inside[1]) if inside else None
    return found[0].split(";", 1)[0].strip() if found else ""


def _chinese_words(tree: Tree) -> dict[str, str]:
    return tomllib.loads(tree.read(CHINESE_WORDS)) if tree.has(CHINESE_WORDS) else {}
