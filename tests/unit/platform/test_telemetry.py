"""Logs: one line each, at the level asked for, as text or JSON, without what a row holds."""

import json
import logging
from collections.abc import Generator

import asyncpg
import pytest
import structlog

from beaconfire_platform.log.port import Why
from beaconfire_platform.telemetry import configure_logging


@pytest.fixture(autouse=True)
def as_it_was() -> Generator[None]:
    before, handlers = structlog.get_config(), logging.getLogger().handlers
    yield
    structlog.configure(**before)
    logging.getLogger().handlers = handlers


def test_a_line_is_json_and_a_newline_in_a_value_stays_in_its_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging(level="info", as_json=True)

    structlog.get_logger().info("told", words="two\nlines")

    [line] = capsys.readouterr().err.splitlines()
    assert json.loads(line)["words"] == "two\nlines"


@pytest.mark.parametrize("as_json", [True, False])
def test_a_word_of_a_closed_list_is_written_as_that_word(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    configure_logging(as_json=as_json)

    structlog.get_logger().error("fact_parked", why=Why.UNKNOWN_MAJOR, status=Why.MALFORMED)

    told = capsys.readouterr().err
    assert "unknown major version" in told
    assert "Why" not in told


def test_what_is_below_the_level_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(level="warning")

    structlog.get_logger().info("not this")
    structlog.get_logger().warning("but this")

    assert "not this" not in (told := capsys.readouterr().err)
    assert "but this" in told


@pytest.mark.parametrize("as_json", [True, False])
def test_the_row_that_postgresql_refused_is_not_in_the_log(
    capsys: pytest.CaptureFixture[str], *, as_json: bool
) -> None:
    configure_logging(as_json=as_json)
    refused = asyncpg.CheckViolationError("new row violates a check")
    vars(refused)["detail"] = "Failing row contains (Ana, +64 21 000)."
    assert "Ana" in str(refused)
    wrapped = RuntimeError("one of a group")
    wrapped.__cause__ = ExceptionGroup("work", [refused])

    structlog.get_logger().error("request_failed", exc_info=wrapped)

    told = capsys.readouterr().err
    assert "new row violates a check" in told
    assert "Ana" not in told


@pytest.mark.parametrize("as_json", [True, False])
def test_the_value_that_postgresql_could_not_read_is_not_in_the_log(
    capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    configure_logging(as_json=as_json)
    refused = asyncpg.InvalidTextRepresentationError(
        'invalid input syntax for type integer: "Ana Silva"'
    )
    refused.__cause__ = ValueError("invalid UUID 'Ana Silva': length must be between 32 and 36")
    wrapped = RuntimeError("could not keep it")
    wrapped.__cause__ = refused
    structlog.get_logger().error("request_failed", exc_info=wrapped)

    told = capsys.readouterr().err
    assert "SQLSTATE 22P02" in told
    assert "could not keep it" in told
    assert "Ana" not in told


def test_a_level_that_is_none_is_refused() -> None:
    with pytest.raises(KeyError):
        configure_logging(level="loud")


def test_when_the_database_goes_away_each_warning_of_its_library_is_one_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    configure_logging()

    logging.getLogger("asyncpg.pool").warning(
        "Failed to restore", exc_info=ConnectionRefusedError()
    )

    [line] = capsys.readouterr().err.splitlines()
    assert "Failed to restore" in line
    assert "error=ConnectionRefusedError" in line
    assert "library=asyncpg.pool" in line


def test_an_error_of_a_library_keeps_its_traceback_and_loses_the_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    refused = asyncpg.CheckViolationError("new row violates a check")
    vars(refused)["detail"] = "Failing row contains (Ana, +64 21 000)."

    logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=refused)

    told = capsys.readouterr().err
    assert "Task exception was never retrieved" in told
    assert "new row violates a check" in told
    assert "Ana" not in told


def test_what_a_library_says_again_and_again_is_one_line_in_ten_seconds_that_counts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    [handler] = [one for one in logging.getLogger().handlers if type(one).__name__ == "_Libraries"]

    def say(at: float, node: int) -> None:
        record = logging.LogRecord(
            "aiokafka", logging.ERROR, __file__, 1, "No connection to node %s", (node,), None
        )
        record.created = at
        handler.handle(record)

    for number in range(11_000):
        say(1_000.0 + number / 11_000, number)
    say(1_010.0, 7)
    say(500.0, 8)

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "No connection to node 0" in lines[0]
    assert "untold_before=10999" in lines[1]
    assert "No connection to node 8" in lines[2]


def test_another_message_or_another_error_of_the_same_library_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logging()
    library = logging.getLogger("aiokafka")

    library.warning("one")
    library.warning("other")
    library.warning("one", exc_info=TimeoutError())

    assert len(capsys.readouterr().err.splitlines()) == 3
