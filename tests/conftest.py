"""What holds for every test: under CI nothing is skipped, for a skipped proof proves nothing."""

import gc
import os
from collections.abc import Generator
from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

from beaconfire_platform.telemetry import configure_logging
from beaconfire_testkit.kafka_harness import KafkaHarness
from beaconfire_testkit.laid_out import LaidOutCity

configure_logging(level="warning")
gc.disable()
"""While tests are collected little is garbage: looking for it takes a fifth of the time."""
TOGETHER = {
    **{
        f"tests/browser/test_{who}.py": "half of tests/browser"
        for who in ("console", "every_page", "field", "guide")
    },
    "tests/browser/": "tests/browser",
    "tests/contract/": "tests/contract",
    **{
        f"tests/integration/node/test_{who}.py": "tests/integration/node"
        for who in ("clock_routes", "demo", "import_layer", "import_matters", "import_roster",
                    "import_zones", "log", "runner", "scene", "scene_player", "scene_routes",
                    "seed", "users")
    },
}  # fmt: skip
"""Files that share what takes a minute to make: one worker makes it once. At the browser that would
be the last one to end, so two share its files."""
FIRST = ("tests/browser/", "tests/integration/node/", "tests/contract/")
"""What takes a worker longest is begun first: begun last, the others would wait for it."""
BROKERS = frozenset({"kafka", "own_kafka", "secure_kafka", "three_kafkas"})
"""The fixtures that start brokers."""
APART = (
    "tests/integration/bench/",
    "tests/integration/deploy/",
    "tests/integration/agency/test_beginnings.py",
    *(
        f"tests/browser/test_{view}.py"
        for view in ("layers", "pins", "rosters", "standby", "zones")
    ),
)
"""What measures, starts the services apart, kills for a minute, or looks at one view of the console
for a minute: the quarter of an hour of `make test` is for what any change may break."""
ALONE = (
    "tests/chaos/",
    "tests/integration/deploy/test_faults.py",
    "tests/integration/deploy/test_whole.py",
)
"""What asks so many reports a second of it, all answered in time: on two cores no other test's
deployment may start meanwhile, which takes both of them for half a minute."""
UNDER_CI = os.environ.get("CI") == "true"


@pytest.fixture(scope="session")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> LaidOutCity:
    """The demo city, laid out once for all workers."""
    own = tmp_path_factory.getbasetemp()
    return LaidOutCity((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "city")


@pytest.fixture(autouse=True)
def log_of_this_test() -> None:
    """A test that ran the command line left a log on a standard error that is closed by now."""
    configure_logging(level="warning")


class TogetherScheduling(LoadFileScheduling):
    """The tests of a file go to one worker, and the files that share a city or a node too."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((name for start, name in TOGETHER.items() if file.startswith(start)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> TogetherScheduling:
    """By our own grouping: xdist's `loadgroup` does not know pytest's structured node ids."""
    return TogetherScheduling(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs brokers, and what is named above, is part of `make test-apart`."""
    items.sort(key=_turn)
    for item in items:
        if item.nodeid.startswith(ALONE):
            item.add_marker(pytest.mark.alone)
        if item.nodeid.startswith(APART + ALONE) or _needs_brokers(item):
            item.add_marker(pytest.mark.apart)


def pytest_collection_finish() -> None:
    """From here on garbage is sought again, and never in what was collected."""
    gc.enable()
    gc.freeze()


def _turn(item: pytest.Item) -> int:
    return next((nth for nth, one in enumerate(FIRST) if item.nodeid.startswith(one)), len(FIRST))


def _needs_brokers(item: pytest.Item) -> bool:
    if not BROKERS.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    call = getattr(item, "callspec", None)
    chosen = () if call is None else call.params.values()
    return any(isinstance(one, type) and issubclass(one, KafkaHarness) for one in chosen)


def _refuse(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that says why it was skipped."""
    if UNDER_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which CI=true does not allow: {report.longrepr}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """See every test's report, also that of a skip inside a fixture."""
    report = yield
    _refuse(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """See every module's report, as a whole module can be skipped too."""
    report = yield
    _refuse(report)
    return report


pytest_plugins = ["beaconfire_testkit.postgres", "beaconfire_testkit.kafka_fixtures"]
