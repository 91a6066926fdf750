"""The image: nobody is root in it, and one service alone is built by naming it (ARG SERVICE)."""

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]


def stages() -> dict[str, list[tuple[str, str]]]:
    """By name: what each says, behind what the stage that it stands on says."""
    found: dict[str, list[tuple[str, str]]] = {}
    last: list[tuple[str, str]] = []
    text = (ROOT / "deploy" / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            last = found[name] = list(found.get(image, []))
        elif word.isupper():
            last.append((word, rest.strip()))
    return found


def test_whatever_runs_from_it_is_not_root() -> None:
    for name in ("service", "node"):
        assert [rest for word, rest in stages()[name] if word == "USER"] == ["beaconfire"], name


def test_one_service_alone_is_the_one_that_the_build_names(tmp_path: Path) -> None:
    said = stages()["service"]
    assert ("ARG", "SERVICE") in said
    assert ("RUN", 'test -n "$SERVICE"') in said
    assert any(
        word == "ENV" and "BEACONFIRE_SERVICE=${SERVICE}" in rest.split() for word, rest in said
    )
    assert any(word == "HEALTHCHECK" and "/readyz" in rest for word, rest in said)
    [entrypoint] = [json.loads(rest) for word, rest in said if word == "ENTRYPOINT"]
    asked = "import sys; print(sys.argv[1:])"
    (tmp_path / "beaconfire").write_text(
        f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {shlex.quote(asked)} "$@"\n'
    )
    (tmp_path / "beaconfire").chmod(0o755)

    ran = subprocess.run(
        entrypoint, env={"BEACONFIRE_SERVICE": "geo", "PATH": str(tmp_path)},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert ran.stdout == "['serve', 'geo']\n"
