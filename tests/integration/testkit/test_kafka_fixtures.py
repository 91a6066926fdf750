"""The fixtures that hand out brokers: without a broker CI fails, and no Java is left behind."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from beaconfire_testkit.kafka_fixtures import kafka_or_skip

pytestmark = pytest.mark.apart

ROOT = Path(__file__).resolve().parents[3]
LOOPS = (
    "-o", "asyncio_mode=auto",
    "-o", "asyncio_default_fixture_loop_scope=session",
    "-o", "asyncio_default_test_loop_scope=session",
)  # fmt: skip
FIXTURES = ("kafka", "own_kafka", "secure_kafka", "three_kafkas")
KILLED = "os.kill(os.getpid(), 9)"
ENDS = [
    "assert False",
    "own_kafka.pause(); assert False",
    *([KILLED] if shutil.which("setpriv") else []),  # elsewhere no kernel sees to it
]


def run(folder: Path, test: str, **environment: str) -> tuple[int, str]:
    """A test run of its own, with our conftest and one test."""
    shutil.copy(ROOT / "tests" / "conftest.py", folder / "conftest.py")
    (folder / "test_it.py").write_text(test)
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"JAVA_HOME", "KAFKA_BOOTSTRAP_SERVERS"}
    }
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", "-rs", *LOOPS, folder],
        env=kept | environment, cwd=folder, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip
    return result.returncode, result.stdout


def test_without_java_a_test_is_skipped_and_under_ci_it_fails(tmp_path: Path) -> None:
    test = "\n\n".join(f"def test_{name}({name}): ..." for name in FIXTURES)

    code, said = run(tmp_path, test, CI="false", PATH=str(tmp_path))
    assert code == 0, said
    assert f"{len(FIXTURES)} skipped" in said
    assert "openjdk-17-jre-headless" in said

    code, said = run(tmp_path, test, CI="true", PATH=str(tmp_path))
    assert code == 1, said
    assert "skipped" not in said.splitlines()[-1]
    assert said.count("CI=true does not allow") >= len(FIXTURES)
    assert "openjdk-17-jre-headless" in said


def test_a_broker_that_is_named_is_used(tmp_path: Path) -> None:
    test = "def test_x(kafka):\n    assert kafka == 'somewhere:9092'\n"

    code, said = run(tmp_path, test, KAFKA_BOOTSTRAP_SERVERS="somewhere:9092", PATH="")

    assert code == 0, said


@pytest.mark.parametrize("end", ENDS)
def test_no_java_is_left_behind_however_a_run_ends(tmp_path: Path, end: str) -> None:
    kafka_or_skip()
    noted = tmp_path / "pid"
    test = (
        "import os, pathlib\n\n"
        "def test_x(own_kafka):\n"
        f"    pathlib.Path({str(noted)!r}).write_text(f'{{own_kafka.pid}} {{own_kafka.folder}}')\n"
        f"    {end}\n"
    )

    code, said = run(tmp_path, test)

    assert code != 0, said
    assert noted.exists(), said
    pid, made = noted.read_text().split()
    gone, alive = psutil.wait_procs(_process(int(pid)), timeout=30)
    assert not alive, gone
    if end == KILLED:
        shutil.rmtree(made)
    assert not Path(made).exists()


def _process(pid: int) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid)]
    except psutil.NoSuchProcess:
        return []
