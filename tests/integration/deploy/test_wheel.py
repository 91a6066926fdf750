"""The built wheel alone, in an environment of its own, is the whole node with pages and demo."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from beaconfire_testkit.node import NodeProcess, free_port, open_to_all

ROOT: Final = Path(__file__).parents[3]
UV: Final = Path(sys.executable).with_name("uv")
WORKED_S_MAX: Final = 300


def run(*command: str | Path, folder: Path) -> str:
    done = subprocess.run(
        [str(one) for one in command],
        cwd=folder, env=os.environ | {"UV_SYSTEM_CERTS": "true"}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=WORKED_S_MAX,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_serves_pages_and_the_demo_city_without_the_checkout(tmp_path: Path) -> None:
    away = open_to_all(tmp_path)
    run(UV, "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable,
        "--out-dir", away, ROOT, folder=ROOT)  # fmt: skip
    [wheel] = away.glob("beaconfire-*.whl")
    run(UV, "venv", "--quiet", "--python", sys.executable, away / "venv", folder=away)
    python = away / "venv" / "bin" / "python"
    run(UV, "pip", "install", "--quiet", "--python", python, "--require-hashes",
        "-r", ROOT / "requirements.lock", folder=away)  # fmt: skip
    run(UV, "pip", "install", "--quiet", "--python", python, "--no-deps", wheel, folder=away)
    where = "import beaconfire_geo; print(beaconfire_geo.__file__)"
    assert str(away) in run(python, "-c", where, folder=away)

    port = free_port()
    process = subprocess.Popen(
        [
            away / "venv" / "bin" / "beaconfire", "up", "--demo", "auckland", "--no-people",
            "--data", away / "data", "--port", str(port),
        ],
        cwd=away, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    node = NodeProcess(process, port)
    try:
        node.until_ready()
        for page in ("/console", "/field", "/report"):
            answer = node.get(page)
            assert (answer.status_code, "<html" in answer.text) == (200, True), page
        assert node.get("/basemap/city.pmtiles").content[:7] == b"PMTiles"
        assert node.stop()[0] == 0
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
