"""Logs and metrics: one structured line a request and a message, Prometheus counters beside it."""

import logging
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import asyncpg
import structlog
from prometheus_client import Counter, Gauge, Histogram

REQUESTS: Final = Counter(
    "beaconfire_requests_total", "HTTP requests", ["method", "route", "status"]
)
REQUEST_SECONDS: Final = Histogram(
    "beaconfire_request_seconds",
    "Seconds a request took",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
REFUSALS: Final = Counter("beaconfire_refusals_total", "Requests refused", ["service", "code"])
FACTS_APPLIED: Final = Gauge(
    "beaconfire_consumer_applied", "Facts that took effect since start", ["consumer"]
)
FACTS_PARKED: Final = Gauge("beaconfire_consumer_parked", "Facts parked since start", ["consumer"])
FACTS_IGNORED: Final = Gauge(
    "beaconfire_consumer_ignored", "Facts of types unknown here, since start", ["consumer"]
)
KEYS_WAITING: Final = Gauge("beaconfire_consumer_keys_waiting", "Keys parked now", ["consumer"])
FACTS_WAITING: Final = Gauge(
    "beaconfire_consumer_facts_waiting", "Facts that wait with parked keys now", ["consumer"]
)
KEYS_OVERFULL: Final = Gauge(
    "beaconfire_consumer_keys_overfull",
    "Parked keys with which more facts wait than may before a person must look",
    ["consumer"],
)
KEYS_PARKED: Final = Gauge(
    "beaconfire_consumer_keys_parked", "Keys parked now, by why the first of their facts waits",
    ["consumer", "reason"],
)  # fmt: skip
CONSUMER_FAILURES: Final = Gauge(
    "beaconfire_consumer_failures", "Steps that failed in a row; 0 is well", ["consumer"]
)
TASK_FAILURES: Final = Gauge(
    "beaconfire_task_failures", "Times a task ended by an error since start", ["task"]
)
LOOP_TASKS: Final = Gauge("beaconfire_loop_tasks", "Tasks of the event loop that have not ended")
HORIZON_SECONDS: Final = Gauge(
    "beaconfire_log_horizon_seconds", "Age of the oldest transaction that holds the log back"
)
ROAD_ENGINES: Final = Gauge(
    "beaconfire_road_engine", "1 for the engine by which a service finds travel times",
    ["service", "engine"],
)  # fmt: skip
FACTS_QUARANTINED: Final = Gauge(
    "beaconfire_consumer_quarantined", "Records that are no facts, set aside since start",
    ["consumer"],
)  # fmt: skip
FACTS_BEHIND: Final = Gauge(
    "beaconfire_consumer_lag_facts", "Facts that wait behind the positions held here; NaN: unknown",
    ["consumer"],
)  # fmt: skip
CONSUMER_POSITION: Final = Gauge(
    "beaconfire_consumer_position_rows",
    "Row up to which a consumer has read a shard that is this process's now",
    ["consumer", "shard"],
)
LOG_HEAD: Final = Gauge(
    "beaconfire_log_head_rows",
    "Row at which a shard ends that is read here: its next offset, or the table's last row; "
    "NaN: unknown",
    ["shard"],
)
SHARDS_HELD: Final = Gauge(
    "beaconfire_consumer_shards_held", "Shards that are this process's now", ["consumer"]
)
POSITION_MOVES: Final = Gauge(
    "beaconfire_consumer_position_moves", "Times a position moved since start", ["consumer"]
)
QUARANTINED_UNSEEN: Final = Gauge(
    "beaconfire_quarantined_unseen", "Quarantined records that nobody has looked at",
    ["service", "consumer"],
)  # fmt: skip
LEASE_HELD: Final = Gauge(
    "beaconfire_lease_held", "1 when this process has it, 0 when another or nobody does",
    ["service", "lease"],
)  # fmt: skip
LEASE_FREE: Final = Gauge(
    "beaconfire_lease_free", "1 when nobody has it though somebody should", ["service", "lease"]
)
RELAY_ACTIVE: Final = Gauge(
    "beaconfire_relay_active", "1 when this process publishes, 0 when it stands by", ["relay"]
)
RELAY_PUBLISHED: Final = Gauge(
    "beaconfire_relay_published", "Rows published since start", ["relay"]
)
RELAY_FAILURES: Final = Gauge(
    "beaconfire_relay_failures", "Rounds that failed in a row; 0 is well", ["relay"]
)
TOPIC_UNFIT: Final = Gauge(
    "beaconfire_relay_topic_unfit", "1 while a topic cannot be published on and its records wait",
    ["relay", "topic"],
)  # fmt: skip
RELAY_UNPUBLISHED: Final = Gauge(
    "beaconfire_relay_unpublished", "Facts of the table that are not on the topic yet; NaN: unknown"
)
POSITIONS_GARBLED: Final = Counter(
    "beaconfire_positions_garbled_total", "Records of the position topic that are none, let fall",
    ["reason"],
)  # fmt: skip
SAME_EVERY_S: Final = 10.0
MESSAGES_MAX: Final = 1_000
"""So many messages of libraries are known apart; none of ours has as many."""
LABELS_REMEMBERED_MAX: Final = 2_048
"""Routes by method and status: looking a counter up by its labels costs more than counting."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def route_of(scope: Mapping[str, Any]) -> str:
    """The template of a request's route, or `none`: what somebody typed stays out of logs.

    A tracking code in a path opens a report to whoever reads it.
    """
    return getattr(scope.get("route"), "path", None) or "none"


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request by its route's template, never by what somebody typed.

    Status 0 is an answer that never began.
    """
    method = method if method in METHODS else "other"
    _requests(method, route, f"{status // 100}xx" if status else "none").inc()
    _request_seconds(method, route).observe(seconds)


@lru_cache(maxsize=LABELS_REMEMBERED_MAX)
def _requests(method: str, route: str, status: str) -> Counter:
    return REQUESTS.labels(method, route, status)


@lru_cache(maxsize=LABELS_REMEMBERED_MAX)
def _request_seconds(method: str, route: str) -> Histogram:
    return REQUEST_SECONDS.labels(method, route)


def configure_logging(*, level: str = "info", as_json: bool = False) -> None:
    """Write structured lines to standard error; newlines in values are escaped by the renderer."""
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if as_json
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _without_rows,
            _in_words,
            *([structlog.processors.format_exc_info] if as_json else []),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    others = [one for one in root.handlers if not isinstance(one, _Libraries)]
    root.handlers = [*others, _Libraries()]


class _Libraries(logging.Handler):
    """What a library warns of is one line of ours; only an error brings its traceback.

    The same again is one line in ten seconds that says how often: a client of Kafka whose broker is
    away has been seen to write 11,000 a second.
    """

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[tuple[str, str, str], tuple[float, int]] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("uvicorn") and record.levelno < logging.ERROR:
            return  # what a stranger sends is answered and counted, and fills no log
        untold = self._untold(record)
        if untold is None:
            return
        error = record.exc_info[1] if record.exc_info else None
        told: dict[str, object] = {"library": record.name, "said": record.getMessage()}
        if untold:
            told["untold_before"] = untold
        if error is not None:
            told["error"] = type(error).__name__
        if error is not None and record.levelno >= logging.ERROR:
            told["exc_info"] = error
        structlog.get_logger(record.name).log(record.levelno, "library_told", **told)

    def _untold(self, record: logging.LogRecord) -> int | None:
        """How many of the same were not written since the last that was; None for one more."""
        kind = record.exc_info[0] if record.exc_info else None
        same = (record.name, str(record.msg), "" if kind is None else kind.__name__)
        told_at, untold = self._last.get(same, (float("-inf"), 0))
        if 0 <= record.created - told_at < SAME_EVERY_S:
            self._last[same] = (told_at, untold + 1)
            return None
        if len(self._last) >= MESSAGES_MAX:
            self._last.clear()
        self._last[same] = (record.created, 0)
        return untold


def _without_rows(_logger: Any, _method: str, event: structlog.typing.EventDict) -> Any:
    """PostgreSQL's detail of a refusal holds the row, and what it says of a value that it cannot
    read holds the value: what somebody told stays out of logs.
    """
    for error in _all_of(event.get("exc_info")):
        if isinstance(error, asyncpg.PostgresError):
            vars(error).pop("detail", None)
        if isinstance(error, asyncpg.DataError):
            error.args = (f"SQLSTATE {getattr(error, 'sqlstate', None)}",)
            error.__cause__ = error.__context__ = None  # asyncpg's own says the value once more
    return event


def _in_words(_logger: Any, _method: str, event: structlog.typing.EventDict) -> Any:
    """A word of a closed list is written as that word: a renderer of text shows its class too."""
    for name, value in event.items():
        if isinstance(value, StrEnum):
            event[name] = value.value
    return event


def _all_of(error: object) -> Iterator[BaseException]:
    """An error with those that are printed along with it."""
    if not isinstance(error, BaseException):
        return
    yield error
    yield from _all_of(error.__cause__ or error.__context__)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _all_of(one)
