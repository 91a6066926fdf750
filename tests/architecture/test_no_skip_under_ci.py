"""Under CI=true a skipped test is a failed test, wherever it was skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SKIPS = {
    "in_the_test": "def test_x():\n    pytest.skip('no file')\n",
    "by_a_mark": "@pytest.mark.skip(reason='no file')\ndef test_x(): ...\n",
    "in_a_fixture": (
        "@pytest.fixture\ndef f():\n    pytest.skip('no file')\n\ndef test_x(f): ...\n"
    ),
    "the_whole_module": "pytest.skip('no file', allow_module_level=True)\n",
}


def run(folder: Path, ci: str) -> tuple[int, list[str]]:
    """How a session of all of them ends, and its summary, a line a report."""
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rA",
         "--continue-on-collection-errors", "--import-mode=importlib", folder],
        env=os.environ | {"CI": ci, "COLUMNS": "500", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )  # fmt: skip
    return result.returncode, result.stdout.splitlines()


def test_each_kind_of_skip_fails_under_ci_and_says_why(tmp_path: Path) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    for name, text in SKIPS.items():
        (tmp_path / f"test_{name}.py").write_text(f"import pytest\n\n{text}")

    code, said = run(tmp_path, "true")
    elsewhere, _ = run(tmp_path, "false")

    assert code != 0, said
    for name in SKIPS:
        told = [one for one in said if f"test_{name}.py" in one and one[:5] in ("FAILE", "ERROR")]
        assert told, (name, said)
    assert sum("CI=true does not allow" in one and "no file" in one for one in said) >= len(SKIPS)
    assert elsewhere in {0, 5}
