"""Executes the example notebook anew and writes what came out into it.

    .venv/bin/python tools/run_notebook.py docs/analysis.ipynb [another file to write into]

What differs from run to run without meaning anything (times, numbers of executions) is not kept.
"""

import sys
from pathlib import Path
from typing import Any, Final

import nbformat
from nbclient import NotebookClient

CELL_S_MAX: Final = 60
"""A cell that takes longer is no example."""


def executed(path: Path) -> Any:
    """The notebook with its outputs; raises where a cell does."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=CELL_S_MAX, record_timing=False)
    return client.execute(cwd=str(path.parent))


if __name__ == "__main__":
    notebook = executed(Path(sys.argv[1]))
    notebook.metadata = {"language_info": {"name": "python"}}
    nbformat.write(notebook, Path(sys.argv[-1]))
