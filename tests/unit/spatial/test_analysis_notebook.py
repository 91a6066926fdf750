"""The example notebook still does what it shows: executed again, it says the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).parents[3]
NOTEBOOK = HOUSE / "docs" / "analysis.ipynb"
EXECUTED_S_MAX = 120
"""Ten seconds on a quiet machine; the rest is for a busy one."""


def said(path: Path) -> list[Any]:
    """What each cell gave, in words; of a picture, that there is one; a warning is not expected."""
    told: list[Any] = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            told.append("picture" if "image/png" in data else data.get("text/plain", output))
    return told


def test_executed_again_it_says_what_is_shown(tmp_path: Path) -> None:
    again = tmp_path / "again.ipynb"
    command = [sys.executable, str(HOUSE / "tools" / "run_notebook.py"), str(NOTEBOOK), str(again)]

    run = subprocess.run(
        command, capture_output=True, text=True, timeout=EXECUTED_S_MAX, check=False
    )

    assert run.returncode == 0, run.stderr[-2_000:]
    assert said(again) == said(NOTEBOOK)
    assert said(NOTEBOOK).count("picture") == 3
