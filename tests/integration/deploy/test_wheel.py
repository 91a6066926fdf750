"""The built wheel alone, in an environment of its own, is the whole node with pages and demo."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Generator
from pathlib import Path
from typing import Final

import httpx
import pytest

from beaconfire_testkit.node import PATIENCE_S, free_port

ROOT: Final = Path(__file__).parents[3]
UV: Final = Path(sys.executable).with_name("uv")
WORKED_S_MAX: Final = 300


@pytest.fixture
def away() -> Generator[Path]:
    """A folder outside the checkout that the database's own account may pass through."""
    found = Path(tempfile.mkdtemp(prefix="beaconfire-wheel-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found, ignore_errors=True)


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder, env=os.environ | {"UV_SYSTEM_CERTS": "true"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=WORKED_S_MAX,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_serves_pages_and_the_demo_city_without_the_checkout(away: Path) -> None:
    run(UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable,
        "--out-dir", away, ROOT, folder=ROOT)  # fmt: skip
    [wheel] = away.glob("beaconfire-*.whl")
    run(UV, "venv", "--quiet", "--python", sys.executable, away / "venv", folder=away)
    python = away / "venv" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--require-hashes",
        "-r", ROOT / "requirements.lock", folder=away)  # fmt: skip
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel, folder=away)
    assert str(away) in run(
        python, "-c", "import beaconfire, beaconfire_geo; print(beaconfire_geo.__file__)",
        folder=away,
    )  # fmt: skip

    port = free_port()
    node = subprocess.Popen(
        [
            away / "venv" / "bin" / "beaconfire", "up", "--demo", "auckland", "--no-people",
            "--data", away / "data", "--port", str(port),
        ],
        cwd=away, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        assert node.stdout is not None
        said: list[str] = []
        for line in node.stdout:
            said.append(line)
            if line.startswith("ready "):
                break
        assert said, "it said nothing"
        assert said[-1].startswith("ready "), said
        origin = f"http://127.0.0.1:{port}"
        for page in ("/console", "/field", "/report"):
            answer = httpx.get(origin + page, timeout=PATIENCE_S, trust_env=False)
            assert (answer.status_code, "<html" in answer.text) == (200, True), page
        basemap = httpx.get(
            f"{origin}/basemap/city.pmtiles", timeout=PATIENCE_S, trust_env=False,
            headers={"Range": "bytes=0-6"},
        )  # fmt: skip
        assert basemap.content[:7] == b"PMTiles"
    finally:
        node.terminate()
        node.wait(WORKED_S_MAX)
        if node.stdout is not None:
            node.stdout.close()
