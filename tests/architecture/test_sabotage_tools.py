"""The configured tools are broken on purpose too: ruff, basedpyright, import-linter, deptry.

Each runs as `make check` runs it, with this checkout's own configuration, in a small lawful house
where first nothing and then one thing is wrong.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from laws.rooms import SERVICES
from model_house import UNCHECKED, UNTYPED, append, build_house, plant

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
TOOL_S_MAX = 120
GEO = "services/geo/beaconfire_geo"
DOMAIN = f"{GEO}/domain/thing.py"
PARENTS = (
    "src",
    *(f"services/{name}" for name in SERVICES),
    *(f"shared/{name}" for name in ("contracts", "platform", "spatial", "testkit")),
)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    root = build_house(tmp_path)
    for file in ("pyproject.toml", ".importlinter", "hatch_build.py"):
        shutil.copy(ROOT / file, root / file)
    (root / ".venv").symlink_to(sys.prefix)
    # the packages of this house are meant, not those installed in .venv from the checkout
    ours = json.dumps(PARENTS)
    settings = (root / "pyproject.toml").read_text(encoding="utf-8")
    plant(root, "pyproject.toml", settings.replace('["tests/architecture", "deploy"]', ours))
    (root / "deploy").mkdir()
    # named in .importlinter: the linter wants to know what it protects from
    plant(root, f"{GEO}/__main__.py", '"""A process of its own."""\n')
    return root


def run(house: Path, tool: str, *arguments: str) -> tuple[int, str]:
    path = os.pathsep.join(str(house / parent) for parent in PARENTS)
    result = subprocess.run(
        [TOOLS / tool, *arguments],
        cwd=house,
        env=os.environ | {"PYTHONPATH": path, "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=TOOL_S_MAX,
    )
    return result.returncode, " ".join((result.stdout + result.stderr).split())


def lint_imports(house: Path) -> tuple[int, str]:
    return run(house, "lint-imports", "--no-cache", "--no-logo")


def test_imports_of_a_lawful_house_are_accepted(house: Path) -> None:
    code, said = lint_imports(house)

    assert code == 0, said
    assert "8 kept, 0 broken" in said


@pytest.mark.parametrize(
    ("path", "line", "contract"),
    [
        (DOMAIN, "import beaconfire_geo.application", "Every service has the same rooms"),
        (DOMAIN, "import beaconfire_geo.main", "Every service has the same rooms"),
        (f"{GEO}/application/open_thing.py", "import beaconfire_geo.adapters", "same rooms"),
        (f"{GEO}/adapters/postgres.py", "import beaconfire_geo.entrypoints", "same rooms"),
        (f"{GEO}/models/__init__.py", "", "Every service has the same rooms"),
        (DOMAIN, "import beaconfire_incident.domain", "services never import each other"),
        (DOMAIN, "import beaconfire", "Nobody imports the node"),
        (DOMAIN, "import beaconfire_testkit", "services never import each other"),
        ("shared/platform/beaconfire_platform/web.py", "import beaconfire_geo", "Nobody imports"),
        ("shared/contracts/beaconfire_contracts/ids.py", "import beaconfire_platform", "Nobody"),
        ("src/beaconfire/node/app.py", "import beaconfire_geo.adapters", "Adapters are imported"),
        ("src/beaconfire/bench.py", "import beaconfire_geo.adapters", "Adapters are imported by"),
        ("src/beaconfire/bench.py", "import beaconfire_geo.settings", "Settings are read where"),
        (f"{GEO}/entrypoints/api.py", "import beaconfire_geo.settings", "Settings are read where"),
        (DOMAIN, "import beaconfire_platform", "know neither platform"),
        (f"{GEO}/application/open_thing.py", "import beaconfire_platform", "know neither"),
        (DOMAIN, "import asyncpg", "know neither platform nor any library"),
        (f"{GEO}/application/open_thing.py", "import fastapi", "nor any library of the outside"),
        ("shared/spatial/beaconfire_spatial/grid.py", "import beaconfire_contracts", "Computing"),
        ("src/beaconfire/bench.py", "import beaconfire_testkit", "The testkit is for tests"),
    ],
)
def test_the_import_linter_notices(house: Path, path: str, line: str, contract: str) -> None:
    plant(house, path, f'"""Says in one sentence what lives here."""\n{line}\n')

    code, said = lint_imports(house)

    assert code == 1, said
    assert any(contract in part and "BROKEN" in part[-7:] for part in _verdicts(said)), said


def test_the_import_linter_notices_a_cycle(house: Path) -> None:
    plant(house, f"{GEO}/domain/cells.py", "from beaconfire_geo.domain import thing\n")
    append(house, DOMAIN, "from beaconfire_geo.domain import cells\n")

    code, said = lint_imports(house)

    assert code == 1, said
    assert "No package imports itself through another BROKEN" in said


def test_the_import_linter_notices_a_lost_room(house: Path) -> None:
    (house / GEO / "settings.py").unlink()
    plant(house, f"{GEO}/main.py", '"""The composition root."""\n')

    code, said = lint_imports(house)

    assert code == 1, said
    assert "settings" in said


def test_ruff_accepts_a_lawful_house(house: Path) -> None:
    code, said = run(house, "ruff", "check", "--no-cache")

    assert code == 0, said


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("E501", "X = " + "1" * 100),
        ("D100", ""),
        ("F401", "import math"),
        ("E722", "try:\n    X = 1\nexcept:\n    X = 2"),
        ("BLE001", "try:\n    X = 1\nexcept Exception:\n    X = 2"),
        ("S110", "try:\n    X = 1\nexcept Exception:  # noqa: BLE001\n    pass"),
        ("DTZ005", "from datetime import datetime\n\nX = datetime.now()"),
        ("PLC0415", "def f() -> object:\n    import math\n\n    return math"),
        ("C901", "def f(x: int) -> int:\n" + "    if x:\n        x += 1\n" * 9 + "    return x"),
        ("T201", 'print("here")'),
        ("ERA001", "# x = compute(1)"),
        ("PGH003", f"X = 1  {UNTYPED}"),
        ("PGH004", f"X = 1  {UNCHECKED}"),
        ("RUF100", "X = 1  # noqa: E501"),
        ("ANN201", "def f(x: int):\n    return x"),
        ("B904", "try:\n    X = 1\nexcept ValueError:\n    raise KeyError"),
        ("S102", "exec('X = 1')"),
        ("N801", "class lower: ..."),
        ("FIX002", "# TO" + "DO: later"),
    ],
)
def test_ruff_notices(house: Path, code: str, lines: str) -> None:
    start = "" if code == "D100" else '"""Says in one sentence what lives here."""\n\n'
    plant(house, DOMAIN, f"{start}{lines}\nY = 1\n")

    status, said = run(house, "ruff", "check", "--no-cache", "--output-format", "concise")

    assert status == 1, said
    assert f" {code} " in said


def test_ruff_notices_disorder(house: Path) -> None:
    append(house, DOMAIN, "x = { 'a':1 }\n")

    code, said = run(house, "ruff", "format", "--check", "--no-cache")

    assert code == 1, said


def test_basedpyright_notices_each_kind_of_wrong_type(house: Path) -> None:
    before = run(house, "basedpyright")
    assert before[0] == 0, before[1]
    append(
        house,
        DOMAIN,
        'WRONG: int = "one"\n\n\ndef f(x):\n    return x\n\n\ndef g(x: str | None) -> int:\n'
        "    return len(x)\n\n\nclass _Unused: ...\n",
    )

    code, said = run(house, "basedpyright")

    assert code == 1, said
    wanted = {"reportAssignmentType", "reportMissingParameterType", "reportArgumentType"}
    assert {rule for rule in (*wanted, "reportUnusedClass") if rule in said} > wanted


def test_deptry_notices_what_is_used_undeclared_and_declared_unused(house: Path) -> None:
    plant(
        house,
        "src/beaconfire/bench.py",
        '"""Says what lives here."""\n\nimport anyio\nimport basedpyright\nimport nowhere\n',
    )

    code, said = run(house, "deptry", "--no-ansi", "services", "shared", "src")

    assert code == 1, said
    assert "DEP001 'nowhere' imported but missing" in said
    assert "DEP002 'asyncpg' defined as a dependency but not used" in said
    assert "DEP003 'anyio' imported but it is a transitive dependency" in said
    assert "DEP004 'basedpyright' imported but declared as a dev dependency" in said


def _verdicts(said: str) -> list[str]:
    """Cut the report of the import-linter after each verdict."""
    parts = said.replace(" KEPT", " KEPT\n").replace(" BROKEN", " BROKEN\n").splitlines()
    return [part.strip() for part in parts]
