"""Under CI=true a skipped test is a failed test, wherever it was skipped."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SKIPS = {
    "in_the_test": "def test_x():\n    pytest.skip('no file')\n",
    "by_a_mark": "@pytest.mark.skip(reason='no file')\ndef test_x(): ...\n",
    "in_a_fixture": (
        "@pytest.fixture\ndef f():\n    pytest.skip('no file')\n\ndef test_x(f): ...\n"
    ),
    "the_whole_module": "pytest.skip('no file', allow_module_level=True)\n",
}


def run(folder: Path, ci: str) -> tuple[int, str]:
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", folder],
        env=os.environ | {"CI": ci},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return result.returncode, result.stdout


@pytest.mark.parametrize("skip", SKIPS)
def test_a_skip_fails_under_ci_and_says_why(tmp_path: Path, skip: str) -> None:
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "conftest.py")
    (tmp_path / "test_it.py").write_text(f"import pytest\n\n{SKIPS[skip]}")

    code, said = run(tmp_path, "true")

    assert code != 0, said
    assert "no file" in said
    assert "CI=true does not allow" in said
    assert run(tmp_path, "false")[0] in {0, 5}
