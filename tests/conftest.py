"""What holds for every test: under CI nothing is skipped, for a skipped proof proves nothing."""

import os
from collections.abc import Generator

import pytest

from beaconfire_platform.telemetry import configure_logging

configure_logging(level="warning")
SHARED = {"tests/browser": "city", "tests/contract": "node", "tests/integration/node": "city"}
"""What a folder's tests share and what takes a minute to make: one worker makes it once."""
UNDER_CI = os.environ.get("CI") == "true"


@pytest.fixture(autouse=True)
def log_of_this_test() -> None:
    """A test that ran the command line left a log on a standard error that is closed by now."""
    configure_logging(level="warning")


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks in the same hook
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file go to one worker, and those who share a city with its other files too."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        folder = file.rpartition("/")[0]
        shares = SHARED.get(folder) in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group(folder if shares else file))


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


pytest_plugins = ["beaconfire_testkit.postgres"]
