"""Each law is broken on purpose in a small lawful house, and must notice.

A law without a sabotage here fails too: a rule that was never seen to bite is no rule.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from laws.book import LAWS, Law
from laws.tree import Tree
from model_house import UNCHECKED, UNTYPED, build_house, plant

GEO = "services/geo/beaconfire_geo"
DOMAIN = f"{GEO}/domain/thing.py"
ADAPTER = f"{GEO}/adapters/postgres.py"
USE_CASE = f"{GEO}/application/open_thing.py"
CONTRACT = "shared/contracts/beaconfire_contracts/places.py"
FACT = "shared/contracts/beaconfire_contracts/facts/incident.py"
DOC = '"""Says in one sentence what lives here."""\n'
LATER = "TO" + "DO"
ALARM = (
    "# Runbook\n\n## Alarms\n\n### A cell is lost\n\n*See*: `cell_lost`\n\n*Means*: `thing_lost`\n"
)
LOGS = f"{DOC}import structlog\n\n_log = structlog.get_logger()\n"
HEALTH = "shared/platform/beaconfire_platform/process/health.py"


@dataclass(frozen=True)
class Sabotage:
    """A law's name, the file that breaks it, and a word of what the law must say about it."""

    law: str
    path: str
    text: str | None
    says: str

    def __str__(self) -> str:
        return f"{self.law}: {self.says}"


def function(name: str, lines: int) -> str:
    return f"def {name}() -> int:\n" + "    x = 1\n" * (lines - 2) + "    return x\n"


def fact(name: str, field: str) -> str:
    return f'{DOC}\n\nclass {name}:\n    """It was done (事)."""\n\n    {field}: str\n'


def asks(dependency: str) -> str:
    return f'[project]\nname = "x"\ndependencies = ["{dependency}"]\n'


SABOTAGES = (
    Sabotage("files_are_short", DOMAIN, DOC + "X = 1\n" * 400, "401 lines"),
    Sabotage("files_are_short", "tests/unit/test_x.py", "X = 1\n" * 501, "501 lines"),
    Sabotage("files_are_short", "web/src/console/queue.svelte", "<p />\n" * 401, "401 lines"),
    Sabotage("functions_are_short", DOMAIN, DOC + function("place", 61), "61 lines"),
    Sabotage("few_functions_are_long", DOMAIN, DOC + function("place", 31), "31 lines"),
    Sabotage(
        "arguments_are_few",
        DOMAIN,
        f"{DOC}def place(a: int, b: int, c: int, d: int, e: int, f: int, g: int) -> None: ...\n",
        "7 arguments",
    ),
    Sabotage(
        "imports_are_on_top",
        DOMAIN,
        f"{DOC}def place() -> float:\n    import math\n    return math.pi\n",
        "inside the function place",
    ),
    Sabotage(
        "contracts_stand_on_the_standard_library", CONTRACT, f"{DOC}import msgspec\n", "msgspec"
    ),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}async def place() -> None: ...\n", "waits"),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}import random\n", "imports random"),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}import logging\n", "imports logging"),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}from os import environ\n", "imports os"),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}import asyncpg\n", "imports asyncpg"),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}from numpy.random import rand\n", "draws lots"),
    Sabotage(
        "domain_is_pure", DOMAIN, f"{DOC}import numpy as np\nX = np.random.rand()\n", "draws lots"
    ),
    Sabotage(
        "domain_is_pure",
        DOMAIN,
        f"{DOC}from datetime import UTC, datetime\n\nNOW = datetime.now(UTC)\n",
        "reads a clock",
    ),
    Sabotage("domain_is_pure", DOMAIN, f'{DOC}X = open("map")\n', "calls open"),
    Sabotage("domain_is_pure", DOMAIN, f"{DOC}def f() -> None:\n    global X\n", "state"),
    Sabotage("application_is_handed_everything", USE_CASE, f"{DOC}import structlog\n", "structlog"),
    Sabotage(
        "application_is_handed_everything",
        USE_CASE,
        f"{DOC}import datetime\n\nNOW = datetime.datetime.now(datetime.UTC)\n",
        "reads a clock",
    ),
    Sabotage("facts_carry_no_prose_and_no_people", FACT, fact("NoteTold", "text"), "text"),
    Sabotage("facts_carry_no_prose_and_no_people", FACT, fact("CallRung", "back_phone"), "phone"),
    Sabotage("facts_carry_no_prose_and_no_people", FACT, fact("PersonSeen", "name"), "a person"),
    Sabotage("files_have_a_name", f"{GEO}/domain/utils.py", DOC, "utils.py"),
    Sabotage("files_have_a_name", f"{GEO}/adapters/sql_helpers.py", DOC, "sql_helpers.py"),
    Sabotage("files_have_a_name", "web/src/common/money.ts", "export {}\n", "common"),
    Sabotage("functions_say_what_they_do", DOMAIN, f"{DOC}def handle_it() -> None: ...\n", "name"),
    Sabotage(
        "functions_say_what_they_do", DOMAIN, f"{DOC}def _process_it() -> None: ...\n", "name"
    ),
    Sabotage(
        "functions_say_what_they_do",
        "web/src/kernel/store.ts",
        "export function handleFrame() {}\n",
        "handleFrame",
    ),
    Sabotage("classes_say_what_they_are", DOMAIN, f"{DOC}class MapManager: ...\n", "MapManager"),
    Sabotage("words_come_from_the_vocabulary", DOMAIN, f"{DOC}class GeoJob: ...\n", "job"),
    Sabotage(
        "words_come_from_the_vocabulary", DOMAIN, f"{DOC}def f(ticket_id: str) -> None: ...\n", "t"
    ),
    Sabotage("every_service_has_the_same_rooms", f"{GEO}/main.py", None, "no main.py"),
    Sabotage("every_service_has_the_same_rooms", f"{GEO}/domain/__init__.py", None, "no domain"),
    Sabotage("every_service_has_the_same_rooms", f"{GEO}/models/__init__.py", DOC, "models"),
    Sabotage("every_service_says_what_it_owns", "services/geo/README.md", "# geo\n", "refusals"),
    Sabotage(
        "every_service_says_what_it_owns",
        USE_CASE,
        f"{DOC}from beaconfire_contracts.facts.incident import IncidentOpened\n",
        "does not mention IncidentOpened",
    ),
    Sabotage(
        "every_service_says_what_it_owns",
        USE_CASE,
        f"{DOC}from beaconfire_contracts.facts import incident as told\n\n"
        "OPENED = told.IncidentOpened\n",
        "does not mention IncidentOpened",
    ),
    Sabotage("migrations_are_numbered", f"{GEO}/adapters/migrations/cells.sql", "", "0001_"),
    Sabotage("migrations_are_numbered", f"{GEO}/adapters/migrations/0003_x.sql", "", "gap"),
    Sabotage(
        "a_use_case_is_one_function",
        USE_CASE,
        f"{DOC}def open_it() -> None: ...\n\n\ndef close_it() -> None: ...\n",
        "open_it, close_it",
    ),
    Sabotage("every_module_has_its_test", f"{GEO}/domain/cells.py", DOC, "no test_cells.py"),
    Sabotage(
        "every_module_has_its_test", "tests/unit/geo/test_thing.py", "X = 1\n", "no test_thing.py"
    ),
    Sabotage("modules_say_what_lives_here", DOMAIN, "X = 1\n", "no docstring"),
    Sabotage("modules_say_what_lives_here", DOMAIN, '"""cells"""\n', "full stop"),
    Sabotage("nothing_is_left_for_later", DOMAIN, f"{DOC}# {LATER} later\n", LATER),
    Sabotage("nothing_is_left_for_later", "docs/x.md", f"{LATER}: write\n", LATER),
    Sabotage("no_machine_is_named", "docs/x.md", "see /wo" + "rk/data\n", "a path"),
    Sabotage(
        "clients_in_tests_say_how_long_they_wait",
        "tests/unit/test_x.py",
        'import httpx\n\nANSWER = httpx.get("http://127.0.0.1:8040/livez")\n',
        "a client without `timeout`",
    ),
    Sabotage(
        "clients_in_tests_say_how_long_they_wait",
        "tests/unit/test_x.py",
        'import httpx\n\nANSWER = httpx.put("http://127.0.0.1:8040/x", timeout=None)\n',
        "a client without `timeout`",
    ),
    Sabotage(
        "clients_in_tests_say_how_long_they_wait",
        "tests/unit/test_x.py",
        'from httpx import get\n\nANSWER = get("http://127.0.0.1:8040/livez")\n',
        "httpx under another name",
    ),
    Sabotage(
        "locks_name_no_host", "requirements.lock", "--index-url https://pypi.example/\n", "host"
    ),
    Sabotage(
        "locks_name_no_host", "web/package-lock.json", '  "resolved": "https://x"\n', "resolved"
    ),
    Sabotage(
        "every_variable_is_in_the_docs",
        f"{GEO}/settings.py",
        f'{DOC}NAME = "BEACONFIRE_GEO_SECRET"\n',
        "BEACONFIRE_GEO_SECRET is not in",
    ),
    Sabotage("every_alarm_says_what_to_do", "docs/runbook.md", ALARM, "A cell is lost: no *Do*"),
    Sabotage("every_error_has_an_alarm", "docs/runbook.md", ALARM, "thing_lost is in no *See*"),
    Sabotage("every_unreadiness_has_an_alarm", "docs/runbook.md", ALARM, "things is in no *See*"),
    Sabotage(
        "every_error_has_an_alarm",
        ADAPTER,
        f"{LOGS}_log.error('cell_lost')\n",
        "cell_lost is in no *See*",
    ),
    Sabotage(
        "every_error_has_an_alarm",
        ADAPTER,
        f"{LOGS}\n\ndef tell(bad: bool) -> None:\n"
        "    say = _log.critical if bad else _log.warning\n    say('cell_lost')\n",
        "cell_lost is in no *See*",
    ),
    Sabotage(
        "every_error_has_an_alarm",
        ADAPTER,
        f"{DOC}import structlog\n\nstructlog.get_logger('x').log(40, 'cell_lost')\n",
        "cell_lost is in no *See*",
    ),
    Sabotage(
        "every_error_has_an_alarm",
        ADAPTER,
        f"{LOGS}\n\ndef tell(what: str) -> None:\n    _log.exception(f'{{what}}_lost')\n",
        "without a name",
    ),
    Sabotage(
        "every_unreadiness_has_an_alarm",
        HEALTH,
        f'{DOC}\n\ndef findings() -> dict[str, bool]:\n    parts = {{"roads": True}}\n'
        '    parts["cells"] = False\n    return parts\n',
        "cells is in no *See*",
    ),
    Sabotage("locks_hold_every_dependency", "pyproject.toml", asks("other>=1"), "nothing is"),
    Sabotage("locks_hold_every_dependency", "pyproject.toml", asks("thing>=2"), "1.0 is"),
    Sabotage(
        "ignores_name_their_rule_and_reason", DOMAIN, f"{DOC}X = 1  {UNTYPED}\n", "every rule"
    ),
    Sabotage(
        "ignores_name_their_rule_and_reason", DOMAIN, f"{DOC}X = 1  {UNCHECKED}\n", "every rule"
    ),
    Sabotage(
        "ignores_name_their_rule_and_reason", DOMAIN, f"{DOC}X = 1  # noqa: E501\n", "no reason"
    ),
    Sabotage(
        "glossary_classes_have_one_sentence", DOMAIN, f"{DOC}class Cell: ...\n", "no docstring"
    ),
    Sabotage(
        "glossary_classes_have_one_sentence",
        DOMAIN,
        f'{DOC}class Cell:\n    """A cell (格). It is small."""\n',
        "more than one",
    ),
    Sabotage(
        "glossary_classes_have_a_chinese_name",
        DOMAIN,
        f'{DOC}class Cell:\n    """A cell."""\n',
        "no Chinese",
    ),
    Sabotage("glossary_classes_have_a_chinese_name", "docs/glossary.zh.toml", 'X = "某"\n', "X is"),
    Sabotage("glossary_is_fresh", DOMAIN, f'{DOC}class Cell:\n    """A cell (格)."""\n', "stale"),
)
BY_NAME = {law.__name__: law for law in LAWS}


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return build_house(tmp_path)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_a_lawful_house_breaks_no_law(house: Path, law: Law) -> None:
    assert list(law(Tree(house))) == []


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=str)
def test_the_law_notices_its_sabotage(house: Path, sabotage: Sabotage) -> None:
    if sabotage.text is None:
        (house / sabotage.path).unlink()
    else:
        plant(house, sabotage.path, sabotage.text)

    breaches = list(BY_NAME[sabotage.law](Tree(house)))

    assert any(sabotage.says in breach.what for breach in breaches), breaches


def test_every_law_has_a_sabotage() -> None:
    assert {sabotage.law for sabotage in SABOTAGES} == set(BY_NAME)
