"""The locks: what is installed is written down, with hashes, for every platform and every site."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from laws.tree import Breach, Tree

PROJECT = "pyproject.toml"
LOCKS = ("requirements.lock", "requirements-node.lock", "web/package-lock.json")
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\\\]+)", flags=re.MULTILINE)
HOSTS = {
    ".lock": re.compile(r"https?://|--(?:extra-)?index-url"),
    ".json": re.compile(r"\"resolved\":"),
}


def locks_name_no_host(tree: Tree) -> Iterator[Breach]:
    """Locks hold versions and hashes; where to fetch from is each site's own business."""
    for path in LOCKS:
        if not tree.has(path):
            continue
        for number, line in enumerate(tree.read(path).splitlines(), start=1):
            if found := HOSTS[path[-5:]].search(line):
                yield Breach(path, number, f"names a host: {found[0]}")
                break


def locks_hold_every_dependency(tree: Tree) -> Iterator[Breach]:
    """What pyproject.toml asks for stands in requirements.lock, in a version that it accepts."""
    if not tree.has(PROJECT):
        return
    project = tomllib.loads(tree.read(PROJECT))
    text = tree.read(LOCKS[0]) if tree.has(LOCKS[0]) else ""
    locked: dict[str, list[str]] = {}
    for name, version in LOCKED.findall(text):
        locked.setdefault(canonicalize_name(name), []).append(version)
    for wanted in _wanted(project):
        versions = locked.get(canonicalize_name(wanted.name), [])
        if not any(wanted.specifier.contains(version, prereleases=True) for version in versions):
            found = ", ".join(versions) or "nothing"
            yield Breach(LOCKS[0], 1, f"{wanted} is asked for, {found} is locked: run make lock")


def _wanted(project: dict[str, Any]) -> Iterator[Requirement]:
    for line in project["project"].get("dependencies", []):
        yield Requirement(line)
    for line in project.get("dependency-groups", {}).get("dev", []):
        yield Requirement(line)
