"""A small house that keeps every law, built into a temporary folder to be sabotaged there."""

from pathlib import Path

from laws.glossary import GLOSSARY, written
from laws.rooms import SERVICES
from laws.tree import ROOMS, Tree

PRESENT = '"""Says in one sentence what lives here."""\n'
UNTYPED = "# type:" + " ignore"
UNCHECKED = "#" + " noqa"
"""Ignores without a code, to be planted: in one piece they would be ignores of the file itself."""
NODE = PRESENT + "\nimport beaconfire_geo.settings\n\nSETTINGS = beaconfire_geo.settings\n"
README = "# {0}\n\n## Owns\n\n## Facts in\n\n## Facts out\n\n## Refusals\n"
TEST = "import {0}\n\n\ndef test_it_is_there() -> None:\n    assert {0}.__doc__\n"
VALUE = '''"""What a place is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A point in WGS 84, longitude first (点)."""

    lon: float
    lat: float
'''
FACTS = '''"""What incident tells."""

from dataclasses import dataclass

from beaconfire_contracts.facts.registry import fact


@fact("incident", key="incident_id")
@dataclass(frozen=True, slots=True)
class IncidentOpened:
    """An incident was opened (警情立案)."""

    incident_id: str
'''
REGISTRY = '''"""Registers facts."""

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def fact(service: str, *, key: str) -> Callable[[type[T]], type[T]]:
    """Register a class as a fact."""
    del service, key
    return lambda holder: holder
'''
PORTS = '''"""What the use cases need."""

from typing import Protocol


class Things(Protocol):
    """Things that are kept."""

    async def get(self, thing_id: str) -> str:
        """Read one."""
        ...
'''
USE_CASE = '''"""Open a thing."""


def keys(thing_id: str) -> tuple[str, ...]:
    """Name what is locked."""
    return (thing_id,)


def open_thing(thing_id: str) -> str:
    """Open it."""
    return thing_id
'''
HEALTH = '''"""Is it well."""

import structlog

_log = structlog.get_logger()


def findings() -> tuple[bool, dict[str, bool]]:
    """Each part by name."""
    _log.warning("thing_moved")
    _log.error("thing_lost")
    parts = {"things": True}
    return all(parts.values()), parts
'''
RUNBOOK = """# Runbook

## Alarms

### A thing is lost

*See*: `thing_lost`; `things` in `/readyz`.

*Means*: it is nowhere.

*Do*: look for it.
"""
MAIN = '''"""The composition root."""

from beaconfire_{0} import settings
from beaconfire_{0}.adapters import postgres

PARTS = (settings, postgres)
'''


def build_house(root: Path) -> Path:
    """Write a lawful house below `root` and return it."""
    for service in SERVICES:
        _build_service(root, service)
    for library in ("contracts", "platform", "spatial", "testkit"):
        plant(root, f"shared/{library}/beaconfire_{library}/__init__.py", PRESENT)
    plant(root, "shared/contracts/beaconfire_contracts/places.py", VALUE)
    plant(root, "shared/contracts/beaconfire_contracts/facts/__init__.py", PRESENT)
    plant(root, "shared/contracts/beaconfire_contracts/facts/incident.py", FACTS)
    plant(root, "shared/contracts/beaconfire_contracts/facts/registry.py", REGISTRY)
    plant(root, "shared/platform/beaconfire_platform/process/health.py", HEALTH)
    plant(root, "tests/unit/platform/test_health.py", TEST.format("beaconfire_platform"))
    plant(root, "docs/runbook.md", RUNBOOK)
    plant(root, "src/beaconfire/__init__.py", PRESENT)
    plant(root, "src/beaconfire/node/__init__.py", NODE)
    test = TEST.format("beaconfire_contracts")
    plant(root, "tests/unit/contracts/test_places.py", test)
    plant(root, "tests/unit/contracts/test_incident.py", test)
    plant(root, "tests/unit/contracts/test_registry.py", test)
    plant(root, "requirements.lock", "thing==1.0 \\\n    --hash=sha256:00\n")
    plant(root, GLOSSARY, written(Tree(root)))
    return root


def plant(root: Path, path: str, text: str) -> None:
    """Write one file below `root`, with its folders."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def append(root: Path, path: str, text: str) -> None:
    """Add lines to one file below `root`."""
    plant(root, path, (root / path).read_text(encoding="utf-8") + text)


def _build_service(root: Path, service: str) -> None:
    house = f"services/{service}/beaconfire_{service}"
    plant(root, f"services/{service}/README.md", README.format(service))
    plant(root, f"{house}/__init__.py", PRESENT)
    for room in ROOMS:
        plant(root, f"{house}/{room}/__init__.py", PRESENT)
    plant(root, f"{house}/settings.py", PRESENT)
    plant(root, f"{house}/main.py", MAIN.format(service))
    plant(root, f"{house}/domain/thing.py", PRESENT)
    plant(root, f"{house}/application/ports.py", PORTS)
    plant(root, f"{house}/application/open_thing.py", USE_CASE)
    plant(root, f"{house}/adapters/postgres.py", PRESENT)
    plant(root, f"{house}/adapters/migrations/0001_things.sql", "select 1;\n")
    for module in ("thing", "open_thing", "postgres"):
        plant(root, f"tests/unit/{service}/test_{module}.py", TEST.format(f"beaconfire_{service}"))
